package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.gangway.v1.ConvolutionalNetwork;
import dev.gangway.v1.Experiment;

/**
 * Decides what pictures are multiplied by where an experiment leaves it open and normalises its observations: 1. Dividing
 * by 255 as well would make the standardised numbers so small that a network learns from them at a fraction of the speed.
 */
final class PictureScale {
    private PictureScale() {}

    /** Writes {@code input_scale: 1} into every convolutional network without one, if observations are normalised. */
    static void resolve(Experiment.Builder experiment) {
        if (experiment.getPolicy().hasNormalizeObservations()) {
            resolve((Message.Builder) experiment);
        }
    }

    private static void resolve(Message.Builder message) {
        if (message instanceof ConvolutionalNetwork.Builder network && !network.hasInputScale()) {
            network.setInputScale(1);
        }
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isMapField()) {
                continue;
            }
            if (!field.isRepeated()) {
                message.setField(field, resolved((Message) message.getField(field)));
                continue;
            }
            for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                message.setRepeatedField(field, i, resolved((Message) message.getRepeatedField(field, i)));
            }
        }
    }

    private static Message resolved(Message message) {
        Message.Builder builder = message.toBuilder();
        resolve(builder);
        return builder.build();
    }
}
