/** Support for tests: the Python originals to compare with, and batches of random actions. */
package dev.gangway.testing;
