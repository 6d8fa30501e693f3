/** What offers Java environments by name: to experiments in the agent's own process, and to clients of a Java server. */
package dev.gangway.environment.provider;
