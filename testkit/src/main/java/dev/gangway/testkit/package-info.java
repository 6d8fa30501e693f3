/**
 * Supports JUnit 5 tests: it starts a private environment server for a test class, and offers the contracts of
 * environments and servers as tests.
 */
package dev.gangway.testkit;
