/**
 * Lists what environments and servers promise, as named checks that any program can run. {@code gangway conformance}
 * runs them on a server, and {@code gangway-testkit} runs them as JUnit tests.
 */
package dev.gangway.bridge.conformance;
