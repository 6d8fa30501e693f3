/** The settings of experiments that say what a policy is, as objects; the rooms above use it, and it is promised to nobody else. */
package dev.gangway.inference.configuration;
