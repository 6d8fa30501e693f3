/** Checkpoints as files, and the policies in them; the rooms above use it, and it is promised to nobody else. */
package dev.gangway.inference.checkpoint;
