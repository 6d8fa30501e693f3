package dev.gangway.cli;

import dev.gangway.environment.ArraySpace;
import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Elements;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A cycle of actions that is written on the command line, for one copy. Actions of a Discrete space look like {@code
 * 0,1,1}. In actions of other array spaces, like {@code 0.5,-0.5;1,0}, commas separate components and semicolons
 * separate steps.
 */
final class ActionScript {
    private final List<Tensor> actions;

    private ActionScript(List<Tensor> actions) {
        this.actions = actions;
    }

    /**
     * Parses a script.
     *
     * @param actions the action space
     * @throws IllegalArgumentException when the text does not fit the space
     */
    static ActionScript parse(String text, Space actions) {
        if (!(actions instanceof ArraySpace space)) {
            throw new IllegalArgumentException("Expected a Box, Discrete, MultiDiscrete or MultiBinary action space for"
                    + " --actions, found " + actions + ": its actions have no form on the command line");
        }
        String[] steps = text.split(space instanceof Discrete ? "[,;]" : ";", -1);
        List<Tensor> script = new ArrayList<>();
        for (int i = 0; i < steps.length; i++) {
            script.add(parseStep(steps[i], space, i));
        }
        return new ActionScript(List.copyOf(script));
    }

    /** Returns the batch of one action for step t, counted from 0. */
    Tensor at(long t) {
        return actions.get((int) (t % actions.size()));
    }

    private static Tensor parseStep(String text, ArraySpace space, int step) {
        int[] shape = space.shape();
        int expected = Tensor.elementCount(shape);
        String[] numbers = text.split(",", -1);
        if (numbers.length != expected) {
            throw new IllegalArgumentException(
                    ("Expected %d number(s) per step for %s in --actions, found %d in step %d "
                                    + "(\"%s\"); commas go between components, semicolons between steps")
                            .formatted(expected, space, numbers.length, step, text.strip()));
        }
        int[] batched = new int[shape.length + 1];
        batched[0] = 1;
        System.arraycopy(shape, 0, batched, 1, shape.length);
        ByteBuffer bytes = Tensor.allocate(space.dtype(), batched);
        for (String number : numbers) {
            put(bytes, number.strip(), space, step);
        }
        Tensor action = Tensor.wrap(space.dtype(), batched, bytes.flip());
        // The bounds of a Box are not checked: the environment decides what it does with such an action, as in
        // Gymnasium.
        if (!(space instanceof Box) && !space.contains(action.row(0))) {
            throw new IllegalArgumentException(
                    "Expected actions of %s in --actions, found %s in step %d".formatted(space, text.strip(), step));
        }
        return action;
    }

    private static void put(ByteBuffer bytes, String number, ArraySpace space, int step) {
        DType dtype = space.dtype();
        try {
            if (dtype.isFloating()) {
                Elements.putDouble(bytes, dtype, Double.parseDouble(number));
            } else {
                Elements.putLong(bytes, dtype, new BigDecimal(number).longValueExact());
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "Expected %s in --actions for %s, found \"%s\" in step %d"
                            .formatted(dtype.isFloating() ? "a number" : "an integer", space, number, step),
                    e);
        }
    }
}
