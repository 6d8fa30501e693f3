/** The command line: one class per command, {@link dev.gangway.cli.Main} at its root. */
package dev.gangway.cli;
