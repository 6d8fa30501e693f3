package dev.gangway.learning.network;

/**
 * The form of a {@link DenseNetwork} and where its numbers are.
 *
 * @param sizes units of the input, of each hidden layer, and of the output
 * @param biased whether layers have a bias
 * @param activation φ between layers
 * @param trunk whether φ follows the last layer too
 * @param parameters live
 */
record DenseForm(int[] sizes, boolean biased, Activation activation, boolean trunk, ParameterVector parameters) {

    /** Returns the number of layers. */
    int layers() {
        return sizes.length - 1;
    }

    int outputs() {
        return sizes[sizes.length - 1];
    }

    boolean activated(int layer) {
        return trunk || layer + 1 < layers();
    }

    /** Returns whether {@link DenseMatrices}, which are of single precision, are worth while: only with a hidden layer. */
    boolean suitsMatrices() {
        return layers() > 1 && biased && parameters.precision() == Precision.FLOAT;
    }
}
