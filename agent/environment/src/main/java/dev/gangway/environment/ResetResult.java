package dev.gangway.environment;

/**
 * What a reset returned.
 *
 * @param observations batch of n observations: the first of the new episode for a copy that was reset, the last one
 *     seen for a copy that the mask left out
 * @param infos infos of the copies that were reset
 */
public record ResetResult(Value observations, Infos infos) {}
