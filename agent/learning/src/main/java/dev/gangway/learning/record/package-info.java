/** What a run leaves behind: its directory, metrics, episodes, learning curve, checkpoint and summary. */
package dev.gangway.learning.record;
