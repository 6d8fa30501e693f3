package dev.gangway.codec;

import com.google.protobuf.ByteString;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.DynamicDict;
import dev.gangway.v1.DynamicEntry;
import dev.gangway.v1.DynamicList;
import dev.gangway.v1.DynamicNone;
import dev.gangway.v1.DynamicObject;
import dev.gangway.v1.DynamicValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Encodes and decodes self-describing values, such as options and infos. {@link Infos} lists their Java types. */
public final class WireDynamic {
    private static final DynamicValue NONE =
            DynamicValue.newBuilder().setNone(DynamicNone.getDefaultInstance()).build();

    private WireDynamic() {}

    /**
     * Returns the message of a value.
     *
     * @param place names the value in the error, for example {@code option 'low'}
     * @throws EnvironmentException when the value, or one inside it, has a type that cannot be sent
     */
    public static DynamicValue encode(Object value, String place) {
        DynamicValue.Builder wire = DynamicValue.newBuilder();
        if (value == Infos.NONE) {
            return NONE;
        } else if (value instanceof Boolean flag) {
            wire.setBoolean(flag);
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            wire.setInteger(((Number) value).longValue());
        } else if (value instanceof BigInteger integer) {
            if (integer.bitLength() < Long.SIZE) {
                wire.setInteger(integer.longValueExact());
            } else {
                wire.setBigInteger(integer.toString());
            }
        } else if (value instanceof Double || value instanceof Float) {
            wire.setFloating(((Number) value).doubleValue());
        } else if (value instanceof String text) {
            wire.setText(text);
        } else if (value instanceof byte[] bytes) {
            wire.setBinary(ByteString.copyFrom(bytes));
        } else if (value instanceof Tensor tensor) {
            wire.setArray(WireTensors.encode(tensor));
        } else if (value instanceof Infos.NumpyScalar scalar) {
            wire.setNumpyScalar(WireTensors.encode(scalar.value()));
        } else if (value instanceof List<?> list) {
            DynamicList.Builder values = DynamicList.newBuilder();
            list.forEach(element -> values.addValues(encode(element, place)));
            wire.setList(values);
        } else if (value instanceof Map<?, ?> map) {
            wire.setDict(encodeDict(map, place));
        } else if (value instanceof Infos.Opaque object) {
            wire.setObject(
                    DynamicObject.newBuilder().setTypeName(object.typeName()).setText(object.text()));
        } else {
            throw new EnvironmentException(
                    "Expected " + place + " to be a Boolean, Long, BigInteger, Double, String, byte[], "
                            + "Tensor, NumpyScalar, List, Map or Infos.NONE, found "
                            + (value == null ? "null" : value.getClass().getName()));
        }
        return wire.build();
    }

    /**
     * Returns the message of a map with string keys.
     *
     * @param place names the map in the error
     * @throws EnvironmentException when a key is no string, or a value has a type that cannot be sent
     */
    public static DynamicDict encodeDict(Map<?, ?> map, String place) {
        DynamicDict.Builder dict = DynamicDict.newBuilder();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new EnvironmentException("Expected string keys in " + place + ", found " + key);
            }
            dict.addEntries(DynamicEntry.newBuilder().setKey(name).setValue(encode(value, place + " '" + name + "'")));
        });
        return dict.build();
    }

    /**
     * Returns the value of a message.
     *
     * @param place names the value in the error
     * @throws ProtocolException when the message is malformed
     */
    public static Object decode(DynamicValue wire, String place) {
        return switch (wire.getKindCase()) {
            case NONE -> Infos.NONE;
            case BOOLEAN -> wire.getBoolean();
            case INTEGER -> wire.getInteger();
            case BIG_INTEGER -> bigInteger(wire.getBigInteger(), place);
            case FLOATING -> wire.getFloating();
            case TEXT -> wire.getText();
            case BINARY -> wire.getBinary().toByteArray();
            case ARRAY -> WireTensors.decode(wire.getArray(), place);
            case NUMPY_SCALAR -> scalar(WireTensors.decode(wire.getNumpyScalar(), place), place);
            case LIST -> decode(wire.getList(), place);
            case TUPLE -> decode(wire.getTuple(), place);
            case DICT -> decodeDict(wire.getDict(), place);
            case OBJECT ->
                new Infos.Opaque(
                        wire.getObject().getTypeName(), wire.getObject().getText());
            case KIND_NOT_SET -> throw ProtocolException.at(place, "a kind of value", "none");
        };
    }

    /**
     * Returns the keyword arguments that an experiment gives its environment.
     *
     * @throws ProtocolException when an argument has no kind or is malformed
     */
    public static Map<String, Object> decode(Map<String, DynamicValue> arguments) {
        Map<String, Object> decoded = new LinkedHashMap<>();
        arguments.forEach((name, value) -> decoded.put(name, decode(value, "environment.gymnasium.arguments." + name)));
        return decoded;
    }

    /**
     * Returns a dictionary as an unmodifiable map that keeps the order of the keys.
     *
     * @throws ProtocolException when a value is malformed or a key occurs twice
     */
    public static Map<String, Object> decodeDict(DynamicDict wire, String place) {
        Map<String, Object> dict = new LinkedHashMap<>();
        for (DynamicEntry entry : wire.getEntriesList()) {
            if (dict.put(entry.getKey(), decode(entry.getValue(), place)) != null) {
                throw ProtocolException.at(place, "unique keys", "'" + entry.getKey() + "' twice");
            }
        }
        return Collections.unmodifiableMap(dict);
    }

    /**
     * Returns the values of a list or tuple as an unmodifiable list.
     *
     * @throws ProtocolException when a value is malformed
     */
    public static List<Object> decode(DynamicList wire, String place) {
        List<Object> values = new ArrayList<>(wire.getValuesCount());
        for (DynamicValue value : wire.getValuesList()) {
            values.add(decode(value, place));
        }
        return Collections.unmodifiableList(values);
    }

    private static Infos.NumpyScalar scalar(Tensor tensor, String place) {
        if (tensor.rank() != 0) {
            throw ProtocolException.at(place, "a NumPy scalar of shape []", tensor);
        }
        return new Infos.NumpyScalar(tensor);
    }

    private static BigInteger bigInteger(String decimal, String place) {
        try {
            return new BigInteger(decimal);
        } catch (NumberFormatException invalid) {
            throw ProtocolException.at(place, "a decimal integer", "'" + decimal + "'");
        }
    }
}
