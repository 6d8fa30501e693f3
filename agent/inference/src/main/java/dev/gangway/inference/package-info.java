/** Trained policies for any Java program. */
package dev.gangway.inference;
