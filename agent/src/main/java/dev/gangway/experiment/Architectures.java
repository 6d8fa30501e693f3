package dev.gangway.experiment;

import dev.gangway.env.Space;
import dev.gangway.network.Activation;
import dev.gangway.network.ChosenFeatures;
import dev.gangway.network.ConvolutionalNetwork;
import dev.gangway.network.ConvolutionalNetwork.Filters;
import dev.gangway.network.DenseNetwork;
import dev.gangway.network.Gains;
import dev.gangway.network.Layer;
import dev.gangway.network.SequentialNetwork;
import dev.gangway.policy.Architecture;
import dev.gangway.policy.ImageInput;
import dev.gangway.policy.ObservationEncoder;
import dev.gangway.v1.ConvolutionLayer;
import java.util.List;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;

/** Maps the networks of a resolved experiment to their architectures. */
final class Architectures {
    private Architectures() {}

    static Architecture mlp(
            Space observations,
            List<Integer> hidden,
            dev.gangway.v1.Activation activation,
            Gains gains,
            RandomGenerator random,
            DataType dataType) {
        int features = new ObservationEncoder(observations).size();
        return outputs -> DenseNetwork.mlp(
                features, sizes(hidden), outputs, Snapshots.activation(activation), gains, random, dataType);
    }

    static Architecture convolutional(
            Space observations,
            dev.gangway.v1.ConvolutionalNetwork config,
            double outputGain,
            RandomGenerator random,
            DataType dataType) {
        boolean channelsFirst = switch (config.getLayout()) {
            case IMAGE_LAYOUT_CHANNELS_LAST -> false;
            case IMAGE_LAYOUT_CHANNELS_FIRST -> true;
            case IMAGE_LAYOUT_UNSPECIFIED, UNRECOGNIZED -> throw Assembly.unresolved("cnn.layout");
        };
        ImageInput image = ImageInput.of(observations, channelsFirst);
        Activation activation = Snapshots.activation(config.getActivation());
        Gains gains = new Gains(config.getHiddenGain(), outputGain);
        return outputs -> {
            Layer convolutions = ConvolutionalNetwork.of(
                    image.height(),
                    image.width(),
                    image.channels(),
                    config.getConvolutionsList().stream()
                            .map(Architectures::filters)
                            .toList(),
                    activation,
                    image.scale(),
                    gains.hidden(),
                    random,
                    dataType);
            Layer trunk = image.inOrder()
                    ? convolutions
                    : new ChosenFeatures(convolutions.inputSize(), image.columns(), convolutions);
            return SequentialNetwork.of(
                    trunk,
                    DenseNetwork.mlp(
                            trunk.outputSize(),
                            sizes(config.getHiddenList()),
                            outputs,
                            activation,
                            gains,
                            random,
                            dataType));
        };
    }

    private static Filters filters(ConvolutionLayer layer) {
        return new Filters(layer.getFilters(), layer.getKernel(), layer.getStride());
    }

    private static int[] sizes(List<Integer> sizes) {
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }
}
