package dev.gangway.inference.policy;

import java.util.random.RandomGenerator;

/**
 * Standard normal variates by inversion of the cumulative distribution.
 *
 * <p>One {@code nextDouble} gives one variate: {@code RandomGenerator.nextGaussian} leaves its method, and how many
 * numbers it draws, to the JDK, so that a run could differ between two of them. The quantile function is Wichura's
 * ("Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37, 1988), of relative
 * accuracy 1e−16; its logarithm is {@link StrictMath}'s, the same everywhere.
 */
final class StandardNormal {
    private static final double HALF_STEP = 0x1p-54;
    private static final double CENTRAL = 0.425;

    // Coefficients of the paper's three rational functions, highest power first.
    private static final double[] CENTRAL_NUMERATOR = {
        2509.0809287301227,
        33430.57558358813,
        67265.7709270087,
        45921.95393154987,
        13731.69376550946,
        1971.5909503065513,
        133.14166789178438,
        3.3871328727963665
    };
    private static final double[] CENTRAL_DENOMINATOR = {
        5226.495278852854,
        28729.085735721943,
        39307.89580009271,
        21213.794301586597,
        5394.196021424751,
        687.1870074920579,
        42.31333070160091,
        1.0
    };
    private static final double[] TAIL_NUMERATOR = {
        0.0007745450142783414,
        0.022723844989269184,
        0.2417807251774506,
        1.2704582524523684,
        3.6478483247632045,
        5.769497221460691,
        4.630337846156546,
        1.4234371107496835
    };
    private static final double[] TAIL_DENOMINATOR = {
        1.0507500716444169e-09,
        0.0005475938084995345,
        0.015198666563616457,
        0.14810397642748008,
        0.6897673349851,
        1.6763848301838038,
        2.053191626637759,
        1.0
    };
    private static final double[] FAR_NUMERATOR = {
        2.0103343992922881e-07,
        2.7115555687434876e-05,
        0.0012426609473880784,
        0.026532189526576124,
        0.29656057182850487,
        1.7848265399172913,
        5.463784911164114,
        6.657904643501103
    };
    private static final double[] FAR_DENOMINATOR = {
        2.0442631033899397e-15,
        1.421511758316446e-07,
        1.8463183175100548e-05,
        0.0007868691311456133,
        0.014875361290850615,
        0.1369298809227358,
        0.599832206555888,
        1.0
    };

    private StandardNormal() {}

    /** Draws one variate with one {@code nextDouble}; at most 8.3 from 0. */
    static double draw(RandomGenerator random) {
        // The middle of the interval of 2^−53 that the number stands for: never 0 or 1, symmetric, and exact.
        return quantileFromMedian(random.nextDouble() - 0.5 + HALF_STEP);
    }

    /**
     * Returns Φ⁻¹(½ + q).
     *
     * @param q in (−½, ½)
     */
    static double quantileFromMedian(double q) {
        if (Math.abs(q) <= CENTRAL) {
            double r = 0.180625 - q * q;
            return q * polynomial(CENTRAL_NUMERATOR, r) / polynomial(CENTRAL_DENOMINATOR, r);
        }
        double r = Math.sqrt(-StrictMath.log(0.5 - Math.abs(q)));
        double magnitude = r <= 5
                ? polynomial(TAIL_NUMERATOR, r - 1.6) / polynomial(TAIL_DENOMINATOR, r - 1.6)
                : polynomial(FAR_NUMERATOR, r - 5) / polynomial(FAR_DENOMINATOR, r - 5);
        return Math.copySign(magnitude, q);
    }

    /** Horner's rule, highest power first. */
    private static double polynomial(double[] coefficients, double x) {
        double sum = coefficients[0];
        for (int i = 1; i < coefficients.length; i++) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }
}
