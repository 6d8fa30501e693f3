/**
 * Messages of {@code proto/gangway/v1} to and from this program's types, for clients and servers alike. What is decoded
 * has been checked: everything that the contract demands of a message holds, or a {@link
 * dev.gangway.codec.ProtocolException} says what does not.
 */
package dev.gangway.codec;
