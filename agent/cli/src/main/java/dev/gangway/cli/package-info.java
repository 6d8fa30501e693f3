/** Implements the command line. Each command is a class of its own; {@link dev.gangway.cli.Main} is the program. */
package dev.gangway.cli;
