package dev.gangway.learning.optimizer;

/** Makes the schedule of one optimizer. */
@FunctionalInterface
public interface ScheduleFactory {

    /**
     * Returns a new schedule.
     *
     * @param initial the learning rate that the optimizer's settings give
     */
    Schedule make(double initial);
}
