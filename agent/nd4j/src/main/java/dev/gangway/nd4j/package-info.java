/** Networks as SameDiff graphs, and ND4J's arrays over Gangway's memory. */
package dev.gangway.nd4j;
