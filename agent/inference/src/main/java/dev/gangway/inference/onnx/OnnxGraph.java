package dev.gangway.inference.onnx;

import com.google.protobuf.CodedOutputStream;
import dev.gangway.environment.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ONNX model under construction: nodes in the order of evaluation, constants, named inputs and outputs, all of type
 * float32.
 *
 * <p>The few fields that this needs are encoded by number, so that ONNX's schema is not dragged in
 * (<a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3">onnx.proto3</a>): ModelProto {1 ir_version, 2
 * producer_name, 3 producer_version, 7 graph, 8 opset_import, 14 metadata_props}, GraphProto {1 node, 2 name, 5
 * initializer, 11 input, 12 output}, NodeProto {1 input, 2 output, 4 op_type, 5 attribute}, AttributeProto {1 name, 3 i,
 * 8 ints, 20 type}, TensorProto {1 dims, 2 data_type, 8 name, 9 raw_data}, ValueInfoProto {1 name, 2 type}.
 */
public final class OnnxGraph {
    private static final long IR_VERSION = 8;
    private static final long OPSET_VERSION = 13;
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int INT_ATTRIBUTE = 2;
    private static final int INTS_ATTRIBUTE = 7;

    /** An attribute's value. */
    public static final class Attribute {
        private final Fields fields;

        private Attribute(Fields fields) {
            this.fields = fields;
        }

        /** Returns one integer. */
        public static Attribute of(long value) {
            return new Attribute(out -> {
                out.writeInt64(3, value);
                out.writeEnum(20, INT_ATTRIBUTE);
            });
        }

        /** Returns integers. */
        public static Attribute of(List<Long> values) {
            return new Attribute(out -> {
                for (long value : values) {
                    out.writeInt64(8, value);
                }
                out.writeEnum(20, INTS_ATTRIBUTE);
            });
        }
    }

    private final List<byte[]> nodes = new ArrayList<>();
    private final List<byte[]> constants = new ArrayList<>();
    private final List<byte[]> outputs = new ArrayList<>();
    private final List<byte[]> inputs = new ArrayList<>();
    private int values;

    /** Begins an empty graph. */
    OnnxGraph() {}

    /** Adds an input of shape [batch, size] and returns its name. */
    public String input(String name, int size) {
        inputs.add(valueInfo(name, size));
        return name;
    }

    /** Adds a constant of floats and returns its name. */
    public String constant(float[] numbers, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(numbers);
        return constant(FLOAT, data, shape);
    }

    /** Adds a constant of integers, shape [n], and returns its name. */
    public String constant(long... numbers) {
        ByteBuffer data = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(numbers);
        return constant(INT64, data, numbers.length);
    }

    private String constant(int type, ByteBuffer data, long... shape) {
        String name = "constant" + constants.size();
        constants.add(message(tensor -> {
            for (long extent : shape) {
                tensor.writeInt64(1, extent);
            }
            tensor.writeInt32(2, type);
            tensor.writeString(8, name);
            tensor.writeByteBuffer(9, data);
        }));
        return name;
    }

    /** Adds an operator and returns the name of its result. */
    public String node(String operator, List<String> inputs, Map<String, Attribute> attributes) {
        String name = "value" + values++;
        node(operator, inputs, attributes, name);
        return name;
    }

    /** Adds an operator whose result is an output of shape [batch, size]. */
    public void output(String name, int size, String operator, List<String> inputs, Map<String, Attribute> attributes) {
        node(operator, inputs, attributes, name);
        outputs.add(valueInfo(name, size));
    }

    private void node(String operator, List<String> inputs, Map<String, Attribute> attributes, String result) {
        nodes.add(message(node -> {
            for (String from : inputs) {
                node.writeString(1, from);
            }
            node.writeString(2, result);
            node.writeString(4, operator);
            for (Map.Entry<String, Attribute> attribute : attributes.entrySet()) {
                node.writeByteArray(5, message(target -> {
                    target.writeString(1, attribute.getKey());
                    attribute.getValue().fields.write(target);
                }));
            }
        }));
    }

    /** Returns the model's file. */
    byte[] toBytes(String name, Map<String, String> metadata) {
        byte[] graph = message(target -> {
            for (byte[] node : nodes) {
                target.writeByteArray(1, node);
            }
            target.writeString(2, name);
            for (byte[] constant : constants) {
                target.writeByteArray(5, constant);
            }
            for (byte[] input : inputs) {
                target.writeByteArray(11, input);
            }
            for (byte[] output : outputs) {
                target.writeByteArray(12, output);
            }
        });
        return message(model -> {
            model.writeInt64(1, IR_VERSION);
            model.writeString(2, "gangway");
            model.writeString(3, Version.current());
            model.writeByteArray(7, graph);
            model.writeByteArray(8, message(opset -> opset.writeInt64(2, OPSET_VERSION)));
            for (Map.Entry<String, String> entry : new LinkedHashMap<>(metadata).entrySet()) {
                model.writeByteArray(14, message(property -> {
                    property.writeString(1, entry.getKey());
                    property.writeString(2, entry.getValue());
                }));
            }
        });
    }

    /** TypeProto {1 tensor_type {1 elem_type, 2 shape {1 dim {1 dim_value, 2 dim_param}}}}. */
    private static byte[] valueInfo(String name, int size) {
        byte[] batch = message(dimension -> dimension.writeString(2, "batch"));
        byte[] row = message(dimension -> dimension.writeInt64(1, size));
        byte[] shape = message(target -> {
            target.writeByteArray(1, batch);
            target.writeByteArray(1, row);
        });
        byte[] tensorType = message(target -> {
            target.writeInt32(1, FLOAT);
            target.writeByteArray(2, shape);
        });
        return message(info -> {
            info.writeString(1, name);
            info.writeByteArray(2, message(type -> type.writeByteArray(1, tensorType)));
        });
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
            fields.write(coded);
            coded.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }
}
