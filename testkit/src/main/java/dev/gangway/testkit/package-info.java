/** JUnit 5 support: a private environment server for a test class, and the contract of environments and servers. */
package dev.gangway.testkit;
