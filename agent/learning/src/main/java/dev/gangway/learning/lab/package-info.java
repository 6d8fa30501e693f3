/** The gradient lab: what each estimator makes of the same batches under a frozen policy. */
package dev.gangway.learning.lab;
