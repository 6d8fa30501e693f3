package dev.gangway.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.gangway.environment.DType;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.DataType;
import java.util.Arrays;
import java.util.List;

/** Encodes and decodes tensors without copying their elements. */
public final class WireTensors {
    private WireTensors() {}

    /** Returns the message of a tensor. The message shares the tensor's memory, which never changes. */
    public static dev.gangway.v1.Tensor encode(Tensor tensor) {
        dev.gangway.v1.Tensor.Builder wire = dev.gangway.v1.Tensor.newBuilder()
                .setDataType(encode(tensor.dtype()))
                .setData(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
        for (int extent : tensor.shape()) {
            wire.addShape(extent);
        }
        return wire.build();
    }

    /**
     * Returns a tensor that shares the message's memory.
     *
     * @param place names the tensor in the error, for example {@code StepResult.observations}
     * @throws ProtocolException when data type, shape and number of bytes do not fit together
     */
    public static Tensor decode(dev.gangway.v1.Tensor wire, String place) {
        DType dtype = decode(wire.getDataType(), wire.getDataTypeValue(), place);
        int[] shape = decodeShape(wire.getShapeList(), place);
        long bytes = (long) Tensor.elementCount(shape) * dtype.itemSize();
        ByteString data = wire.getData();
        if (data.size() != bytes) {
            throw ProtocolException.at(place, bytes + " bytes for " + describe(dtype, shape), data.size() + " bytes");
        }
        if (dtype == DType.BOOL) {
            checkFlags(data, place);
        }
        return Tensor.wrap(dtype, shape, data.asReadOnlyByteBuffer());
    }

    /**
     * Returns a tensor that shares the message's memory and must have exactly this data type and shape.
     *
     * @param place names the tensor in the error
     * @throws ProtocolException when the tensor is malformed, or has another data type or shape
     */
    public static Tensor decode(dev.gangway.v1.Tensor wire, DType dtype, int[] shape, String place) {
        Tensor tensor = decode(wire, place);
        if (tensor.dtype() != dtype || !Arrays.equals(tensor.shape(), shape)) {
            throw ProtocolException.at(place, describe(dtype, shape), describe(tensor.dtype(), tensor.shape()));
        }
        return tensor;
    }

    /**
     * Returns the extents of a shape as ints.
     *
     * @throws ProtocolException when an extent is negative, or their product is larger than a Java array can be
     */
    public static int[] decodeShape(List<Long> extents, String place) {
        int[] shape = new int[extents.size()];
        long elements = 1;
        for (int axis = 0; axis < shape.length; axis++) {
            long extent = extents.get(axis);
            if (extent < 0) {
                throw ProtocolException.at(place, "extents ≥ 0", "shape " + extents);
            }
            if (extent > Integer.MAX_VALUE || (elements *= extent) > Integer.MAX_VALUE) {
                throw ProtocolException.at(place, "fewer than 2^31 elements", "shape " + extents);
            }
            shape[axis] = (int) extent;
        }
        return shape;
    }

    /**
     * Checks that every byte is 0 or 1.
     *
     * @throws ProtocolException when a byte is neither
     */
    public static void checkFlags(ByteString flags, String place) {
        for (int i = 0; i < flags.size(); i++) {
            if ((flags.byteAt(i) & ~1) != 0) {
                throw ProtocolException.at(
                        place, "bytes 0 or 1", Byte.toUnsignedInt(flags.byteAt(i)) + " at index " + i);
            }
        }
    }

    /**
     * Returns flags, each of which is sent as one byte, 0 or 1.
     *
     * @param size expected number of flags
     * @throws ProtocolException when there are more or fewer, or a byte is neither 0 nor 1
     */
    public static boolean[] decodeFlags(ByteString bytes, int size, String place) {
        if (bytes.size() != size) {
            throw ProtocolException.at(place, size + " bytes, one per copy", bytes.size());
        }
        checkFlags(bytes, place);
        boolean[] flags = new boolean[size];
        for (int i = 0; i < size; i++) {
            flags[i] = bytes.byteAt(i) != 0;
        }
        return flags;
    }

    /**
     * Returns the data type of a tensor.
     *
     * @param number the number of {@code wire} in the message, which the error names because an unknown type has no
     *     name
     * @throws ProtocolException when the type is not one of protocol version 1
     */
    public static DType decode(DataType wire, int number, String place) {
        return switch (wire) {
            case DATA_TYPE_BOOL -> DType.BOOL;
            case DATA_TYPE_INT8 -> DType.INT8;
            case DATA_TYPE_INT16 -> DType.INT16;
            case DATA_TYPE_INT32 -> DType.INT32;
            case DATA_TYPE_INT64 -> DType.INT64;
            case DATA_TYPE_UINT8 -> DType.UINT8;
            case DATA_TYPE_UINT16 -> DType.UINT16;
            case DATA_TYPE_UINT32 -> DType.UINT32;
            case DATA_TYPE_UINT64 -> DType.UINT64;
            case DATA_TYPE_FLOAT16 -> DType.FLOAT16;
            case DATA_TYPE_FLOAT32 -> DType.FLOAT32;
            case DATA_TYPE_FLOAT64 -> DType.FLOAT64;
            case DATA_TYPE_UNSPECIFIED -> throw ProtocolException.at(place, "a data type", "none");
            case UNRECOGNIZED -> throw ProtocolException.at(place, "a data type of protocol version 1", number);
        };
    }

    public static DataType encode(DType dtype) {
        return switch (dtype) {
            case BOOL -> DataType.DATA_TYPE_BOOL;
            case INT8 -> DataType.DATA_TYPE_INT8;
            case INT16 -> DataType.DATA_TYPE_INT16;
            case INT32 -> DataType.DATA_TYPE_INT32;
            case INT64 -> DataType.DATA_TYPE_INT64;
            case UINT8 -> DataType.DATA_TYPE_UINT8;
            case UINT16 -> DataType.DATA_TYPE_UINT16;
            case UINT32 -> DataType.DATA_TYPE_UINT32;
            case UINT64 -> DataType.DATA_TYPE_UINT64;
            case FLOAT16 -> DataType.DATA_TYPE_FLOAT16;
            case FLOAT32 -> DataType.DATA_TYPE_FLOAT32;
            case FLOAT64 -> DataType.DATA_TYPE_FLOAT64;
        };
    }

    private static String describe(DType dtype, int[] shape) {
        return dtype.numpyName() + Arrays.toString(shape);
    }
}
