package dev.gangway.bridge.client;

import com.google.protobuf.ByteString;
import dev.gangway.codec.ProtocolException;
import dev.gangway.codec.WireDynamic;
import dev.gangway.codec.WireInfos;
import dev.gangway.codec.WireSeeds;
import dev.gangway.codec.WireTensors;
import dev.gangway.codec.WireValues;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.DType;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Infos;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.CallCommand;
import dev.gangway.v1.CallResult;
import dev.gangway.v1.FinalRows;
import dev.gangway.v1.InfoBatch;
import dev.gangway.v1.RenderCommand;
import dev.gangway.v1.RenderResult;
import dev.gangway.v1.ResetCommand;
import dev.gangway.v1.SeedList;
import dev.gangway.v1.SetAttributeCommand;
import dev.gangway.v1.StepCommand;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Encodes the commands of one session and decodes its results. Every decoded result has been checked: an observation
 * has its space's type and the batch's shape, and every array has one entry per copy.
 */
final class SessionCodec {
    private final int copies;
    private final AutoresetMode autoreset;
    private final Space observationSpace;
    private final Infos noInfos;

    SessionCodec(EnvSpec spec, int copies, AutoresetMode autoreset) {
        this.copies = copies;
        this.autoreset = autoreset;
        this.observationSpace = spec.observationSpace();
        this.noInfos = Infos.empty(copies);
    }

    AttachRequest.Builder encodeReset(ResetRequest request) {
        ResetCommand.Builder reset = ResetCommand.newBuilder();
        if (!request.seeds().isEmpty()) {
            SeedList.Builder seeds = SeedList.newBuilder();
            request.seeds().forEach(seed -> seeds.addSeeds(WireSeeds.encode(seed)));
            reset.setSeeds(seeds);
        }
        if (!request.options().isEmpty()) {
            reset.setOptions(WireDynamic.encodeDict(request.options(), "the reset option"));
        }
        if (!request.mask().isEmpty()) {
            byte[] mask = new byte[request.mask().size()];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = (byte) (request.mask().get(i) ? 1 : 0);
            }
            reset.setMask(ByteString.copyFrom(mask));
        }
        return AttachRequest.newBuilder().setReset(reset);
    }

    AttachRequest.Builder encodeStep(Value actions) {
        return AttachRequest.newBuilder().setStep(StepCommand.newBuilder().setActions(WireValues.encode(actions)));
    }

    AttachRequest.Builder encodeRender(int copy) {
        return AttachRequest.newBuilder().setRender(RenderCommand.newBuilder().addCopies(copy));
    }

    ResetResult decodeReset(dev.gangway.v1.ResetResult wire) {
        return new ResetResult(
                observations(wire.getObservations(), copies, "ResetResult.observations"),
                infos(wire.getInfos(), copies, "ResetResult.infos"));
    }

    StepResult decodeStep(dev.gangway.v1.StepResult wire) {
        boolean[] terminated = WireTensors.decodeFlags(wire.getTerminated(), copies, "StepResult.terminated");
        boolean[] truncated = WireTensors.decodeFlags(wire.getTruncated(), copies, "StepResult.truncated");
        return new StepResult(
                observations(wire.getObservations(), copies, "StepResult.observations"),
                rewards(wire.getRewards()),
                terminated,
                truncated,
                infos(wire.getInfos(), copies, "StepResult.infos"),
                finals(wire, terminated, truncated));
    }

    Tensor decodeRender(RenderResult wire) {
        String place = "RenderResult.frames";
        if (wire.getFramesCount() != 1) {
            throw ProtocolException.at(place, "1 frame", wire.getFramesCount());
        }
        return image(wire.getFrames(0), place);
    }

    List<Tensor> decodeFrames(RenderResult wire) {
        String place = "RenderResult.frames";
        if (wire.getFramesCount() != 1 || !wire.getFrames(0).hasTuple()) {
            throw ProtocolException.at(place, "a tuple of images", wire.getFramesList());
        }
        return wire.getFrames(0).getTuple().getValuesList().stream()
                .map(value -> image(value, place))
                .toList();
    }

    String decodeText(RenderResult wire) {
        if (wire.getFramesCount() != 1 || !wire.getFrames(0).hasText()) {
            throw ProtocolException.at("RenderResult.frames", "a text", wire.getFramesCount() + " frames");
        }
        return wire.getFrames(0).getText();
    }

    AttachRequest.Builder encodeCall(String name, List<Object> arguments, Map<String, Object> keywords) {
        CallCommand.Builder call = CallCommand.newBuilder().setName(name);
        String place = "an argument of '" + name + "'";
        arguments.forEach(value -> call.addArguments(WireDynamic.encode(value, place)));
        return AttachRequest.newBuilder().setCall(call.setKeywords(WireDynamic.encodeDict(keywords, place)));
    }

    List<Object> decodeCall(CallResult wire, String name) {
        String place = "CallResult.values of '" + name + "'";
        if (wire.getValuesCount() != copies) {
            throw ProtocolException.at(place, copies + " values", wire.getValuesCount());
        }
        return wire.getValuesList().stream()
                .map(value -> WireDynamic.decode(value, place))
                .toList();
    }

    AttachRequest.Builder encodeSetAttribute(String name, List<Object> values) {
        SetAttributeCommand.Builder set = SetAttributeCommand.newBuilder().setName(name);
        values.forEach(value -> set.addValues(WireDynamic.encode(value, "a value of '" + name + "'")));
        return AttachRequest.newBuilder().setSetAttribute(set);
    }

    private static Tensor image(dev.gangway.v1.Value value, String place) {
        if (!value.hasTensor()) {
            throw ProtocolException.at(place, "a tensor", value.getKindCase());
        }
        Tensor frame = WireTensors.decode(value.getTensor(), place);
        if (frame.dtype() != DType.UINT8 || frame.rank() != 3 || frame.shape()[2] != 3) {
            throw ProtocolException.at(place, "uint8[height, width, 3]", shortText(frame));
        }
        return frame;
    }

    private Value observations(dev.gangway.v1.Value wire, int rows, String place) {
        return WireValues.decodeBatch(observationSpace, wire, rows, place);
    }

    private double[] rewards(ByteString wire) {
        if (wire.size() != copies * (long) Double.BYTES) {
            throw ProtocolException.at(
                    "StepResult.rewards", copies * (long) Double.BYTES + " bytes, a float64 per copy", wire.size());
        }
        double[] rewards = new double[copies];
        wire.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(rewards);
        return rewards;
    }

    private Infos infos(InfoBatch wire, int rows, String place) {
        return wire.getColumnsCount() == 0 && rows == copies ? noInfos : WireInfos.decode(wire, rows, place);
    }

    private Optional<StepResult.FinalRows> finals(
            dev.gangway.v1.StepResult wire, boolean[] terminated, boolean[] truncated) {
        String place = "StepResult.final";
        int[] ended = new int[copies];
        int count = 0;
        if (autoreset == AutoresetMode.SAME_STEP) {
            for (int copy = 0; copy < copies; copy++) {
                if (terminated[copy] || truncated[copy]) {
                    ended[count++] = copy;
                }
            }
        }
        ended = Arrays.copyOf(ended, count);
        if (wire.hasFinal() ? !sameCopies(wire.getFinal().getCopiesList(), ended) : count > 0) {
            throw ProtocolException.at(
                    place,
                    autoreset == AutoresetMode.SAME_STEP
                            ? "the rows of the copies that ended, " + Arrays.toString(ended)
                            : "none in autoreset mode " + autoreset,
                    wire.hasFinal() ? wire.getFinal().getCopiesList() : "none");
        }
        if (!wire.hasFinal()) {
            return Optional.empty();
        }
        FinalRows rows = wire.getFinal();
        return Optional.of(new StepResult.FinalRows(
                ended,
                observations(rows.getObservations(), count, place + ".observations"),
                infos(rows.getInfos(), count, place + ".infos")));
    }

    private static boolean sameCopies(List<Integer> found, int[] expected) {
        return expected.length > 0
                && found.equals(Arrays.stream(expected).boxed().toList());
    }

    private static String shortText(Tensor tensor) {
        return tensor.dtype().numpyName() + Arrays.toString(tensor.shape());
    }
}
