package dev.gangway.inference.checkpoint;

import com.google.protobuf.ByteString;
import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.v1.DataType;
import dev.gangway.v1.NamedTensor;
import dev.gangway.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays of doubles to and from the tensors of checkpoints. */
public final class CheckpointTensors {
    private CheckpointTensors() {}

    /** Returns a tensor for each array, in their order, with one dimension. */
    public static List<NamedTensor> named(Map<String, double[]> state) {
        return state.entrySet().stream()
                .map(entry -> named(entry.getKey(), List.of((long) entry.getValue().length), entry.getValue()))
                .toList();
    }

    /** Returns a tensor of row-major numbers. */
    public static NamedTensor named(String name, List<Long> shape, double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return NamedTensor.newBuilder()
                .setName(name)
                .setTensor(Tensor.newBuilder()
                        .setDataType(DataType.DATA_TYPE_FLOAT64)
                        .addAllShape(shape)
                        .setData(ByteString.copyFrom(bytes)))
                .build();
    }

    /** Returns the arrays of tensors by their names. */
    public static Map<String, double[]> state(List<NamedTensor> tensors) {
        Map<String, double[]> state = new LinkedHashMap<>();
        tensors.forEach(tensor -> state.put(tensor.getName(), doubles(tensor.getTensor())));
        return state;
    }

    /**
     * Returns the numbers of parameters, one array after the other.
     *
     * @param layout that the parameters must have
     * @throws IllegalArgumentException when names or shapes are others
     */
    public static double[] flat(ParameterLayout layout, List<NamedTensor> tensors) {
        List<String> expected =
                layout.slots().stream().map(ParameterLayout.Slot::name).toList();
        List<String> found = tensors.stream().map(NamedTensor::getName).toList();
        if (!found.equals(expected)) {
            throw new IllegalArgumentException(
                    "Expected the parameters " + expected + " in the checkpoint, found " + found);
        }
        double[] values = new double[layout.size()];
        for (int i = 0; i < tensors.size(); i++) {
            ParameterLayout.Slot slot = layout.slots().get(i);
            Tensor tensor = tensors.get(i).getTensor();
            if (!tensor.getShapeList().equals(slot.shape())) {
                throw new IllegalArgumentException("Expected parameter %s of shape %s in the checkpoint, found %s"
                        .formatted(slot.name(), slot.shape(), tensor.getShapeList()));
            }
            double[] source = doubles(tensor);
            System.arraycopy(source, 0, values, Math.toIntExact(slot.offset()), Math.toIntExact(slot.size()));
        }
        return values;
    }

    /** Returns the numbers of a tensor, row-major. */
    public static double[] doubles(Tensor tensor) {
        double[] values = new double[tensor.getData().size() / Double.BYTES];
        tensor.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(values);
        return values;
    }
}
