/** Random numbers: NumPy's default generator, bit for bit, and the named streams that one experiment seed derives. */
package dev.gangway.environment.random;
