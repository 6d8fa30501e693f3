package dev.gangway.bridge.conformance;

import static dev.gangway.bridge.conformance.Expect.equal;
import static dev.gangway.bridge.conformance.Expect.that;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.AutoresetMode;
import dev.gangway.v1.CallCommand;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.DynamicValue;
import dev.gangway.v1.EnvironmentWarning;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.FinalRows;
import dev.gangway.v1.InfoObjects;
import dev.gangway.v1.SetAttributeCommand;
import dev.gangway.v1.StepResult;
import dev.gangway.v1.Tensor;
import dev.gangway.v1.Value;
import dev.gangway.v1.VectorizationMode;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks the abilities that a server may lack if it answers UNSUPPORTED: attributes, vectorization modes, choices for
 * infos, frames. A server that has an ability must keep what is promised of it.
 */
final class OptionalContract extends ProtocolHarness {
    private static final String READABLE = "np_random_seed";
    private static final int MOST_WARNINGS = 32;
    private static final int WARNING_CHARACTERS = 1000;
    private static final int MAX_EPISODE_STEPS = 3; // steps: every copy is cut often
    private static final DynamicValue ONE =
            DynamicValue.newBuilder().setInteger(1).build();

    OptionalContract(Channel channel, String id) {
        super(channel, id);
    }

    List<Check> checks() {
        List<Check> checks = new ArrayList<>(List.of(
                new Check("an attribute is read of every copy", this::readsAttributes),
                new Check("private and dotted attributes are refused", this::privateAttributes),
                new Check("setting an attribute that is not open is refused", this::closedAttributes),
                new Check("warnings come once each, and not too many", this::warnings),
                new Check("infos without objects come through where objects are refused", this::infoObjects),
                new Check("frames are images of the copies asked for", this::frames)));
        for (VectorizationMode mode : List.of(
                VectorizationMode.VECTORIZATION_MODE_SYNC,
                VectorizationMode.VECTORIZATION_MODE_ASYNC,
                VectorizationMode.VECTORIZATION_MODE_VECTOR_ENTRY_POINT)) {
            for (AutoresetMode autoreset : List.of(
                    AutoresetMode.AUTORESET_MODE_SAME_STEP,
                    AutoresetMode.AUTORESET_MODE_NEXT_STEP,
                    AutoresetMode.AUTORESET_MODE_DISABLED)) {
                checks.add(new Check(
                        name(mode) + " in " + name(autoreset) + " gives what LOOP gives",
                        () -> sameAsLoop(mode, autoreset)));
            }
        }
        return checks;
    }

    private static String name(Enum<?> value) {
        return value.name().replaceFirst(".*_MODE_", "");
    }

    /** Returns whether the server answered UNSUPPORTED, as the protocol allows. */
    private static boolean lacks(AttachResponse response) {
        if (response.getFailure().getReason() != FailureReason.FAILURE_REASON_UNSUPPORTED) {
            return false;
        }
        WireFailures.expect(Status.Code.UNIMPLEMENTED, FailureReason.FAILURE_REASON_UNSUPPORTED, response.getFailure());
        return true;
    }

    /** Uses a session, unless the server lacks what the request asks for. */
    private void withOffered(CreateSessionRequest.Builder request, StreamUse use) throws Exception {
        CreateSessionResponse session;
        try {
            session = stub().createSession(request.build());
        } catch (StatusRuntimeException refused) {
            WireFailures.expect(
                    Status.Code.UNIMPLEMENTED, FailureReason.FAILURE_REASON_UNSUPPORTED, WireFailures.of(refused));
            return;
        }
        try {
            use.with(session, attach(session));
        } finally {
            close(session);
        }
    }

    private static AttachResponse call(WireStream stream, String name) {
        return stream.command(
                AttachRequest.newBuilder().setCall(CallCommand.newBuilder().setName(name)));
    }

    private static AttachResponse set(WireStream stream, String name) {
        return stream.command(AttachRequest.newBuilder()
                .setSetAttribute(SetAttributeCommand.newBuilder().setName(name).addValues(ONE)));
    }

    private void readsAttributes() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            AttachResponse response = call(stream, READABLE);
            if (!lacks(response)) {
                List<Long> seeds = response.getCall().getValuesList().stream()
                        .map(DynamicValue::getInteger)
                        .toList();
                equal(List.of(SEED, SEED + 1), seeds, READABLE);
            }
            equal(AttachResponse.ResultCase.STEP, stream.step(action(session)).getResultCase());
        });
    }

    private void privateAttributes() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            for (String name : List.of("_np_random", "unwrapped.spec", "__class__", "")) {
                refusedOrLacking(call(stream, name));
                refusedOrLacking(set(stream, name));
            }
            equal(AttachResponse.ResultCase.STEP, stream.step(action(session)).getResultCase());
        });
    }

    private void closedAttributes() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            refusedOrLacking(set(stream, "no_such_attribute"));
            refusedOrLacking(call(stream, "no_such_attribute"));
            equal(AttachResponse.ResultCase.STEP, stream.step(action(session)).getResultCase());
        });
    }

    private static void refusedOrLacking(AttachResponse response) {
        if (!lacks(response)) {
            WireFailures.expect(
                    Status.Code.PERMISSION_DENIED, FailureReason.FAILURE_REASON_ATTRIBUTE_NOT_ALLOWED, response);
        }
    }

    private void warnings() throws Exception {
        withStream(0, (session, stream) -> {
            List<EnvironmentWarning> told = new ArrayList<>(session.getWarningsList());
            for (int episode = 0; episode < 2; episode++) {
                told.addAll(stream.reset(seeded()).getWarningsList());
                for (Value action : actions(session, MAX_EPISODE_STEPS)) {
                    told.addAll(stream.step(action).getWarningsList());
                }
            }
            Set<EnvironmentWarning> different = new HashSet<>(told);
            equal(different.size(), told.size());
            that(told.size() <= MOST_WARNINGS, () -> "Expected at most 32 warnings, found " + told.size());
            for (EnvironmentWarning warning : told) {
                that(!warning.getCategory().isEmpty(), () -> "Expected a category, found none: " + warning);
                that(
                        warning.getText().codePointCount(0, warning.getText().length()) <= WARNING_CHARACTERS,
                        () -> "Expected at most 1,000 characters, found " + warning);
            }
        });
    }

    private void infoObjects() throws Exception {
        withOffered(request().setInfoObjects(InfoObjects.INFO_OBJECTS_REFUSE), (session, stream) -> {
            if (!lacks(stream.reset(seeded()))) {
                AttachResponse step = stream.step(action(session));
                that(lacks(step) || step.hasStep(), () -> "Expected a step, found " + step.getResultCase());
            }
        });
    }

    private void frames() throws Exception {
        with(0, plain -> {
            if (plain.getDescription().getRenderModesList().contains("rgb_array")) {
                withOffered(
                        request().setSettings(settingsOf(id).setRenderMode("rgb_array")),
                        (session, stream) -> images(stream));
            }
        });
    }

    private static void images(WireStream stream) {
        stream.reset(seeded());
        AttachResponse response = stream.render(COPIES - 1);
        if (response.getFailure().getReason() == FailureReason.FAILURE_REASON_ENVIRONMENT_RAISED) {
            return; // what draws is not installed beside the server
        }
        equal(1, response.getRender().getFramesCount());
        Tensor image = response.getRender().getFrames(0).getTensor();
        equal(dev.gangway.v1.DataType.DATA_TYPE_UINT8, image.getDataType());
        equal(3, image.getShapeCount());
        equal(3, image.getShape(2));
        equal(image.getShape(0) * image.getShape(1) * 3, image.getData().size());
    }

    /**
     * Checks that a vectorization mode returns the same results as LOOP. An environment's own vector implementation
     * draws from one generator, so that only the form of its results is compared.
     */
    private void sameAsLoop(VectorizationMode mode, AutoresetMode autoreset) throws Exception {
        CreateSessionRequest.Builder loop = request()
                .setSettings(settingsOf(id).setMaxEpisodeSteps(MAX_EPISODE_STEPS))
                .setAutoresetMode(autoreset);
        boolean separate = mode != VectorizationMode.VECTORIZATION_MODE_VECTOR_ENTRY_POINT;
        withStream(
                loop,
                (first, reference) -> withOffered(loop.clone().setVectorizationMode(mode), (second, stream) -> {
                    equal(
                            first.getDescription().getObservationSpace(),
                            second.getDescription().getObservationSpace());
                    Value start = reference.reset(seeded()).getReset().getObservations();
                    equal(
                            separate ? start : form(start),
                            separate
                                    ? stream.reset(seeded()).getReset().getObservations()
                                    : form(stream.reset(seeded()).getReset().getObservations()));
                    for (Value action : actions(first, MAX_EPISODE_STEPS)) { // the last one cuts every episode
                        StepResult expected = reference.step(action).getStep();
                        StepResult found = stream.step(action).getStep();
                        equal(
                                separate ? withoutInfos(expected) : form(expected),
                                separate ? withoutInfos(found) : form(found));
                    }
                }));
    }

    /** Returns a result without its infos, whose form depends on the vectorization mode. */
    private static StepResult withoutInfos(StepResult step) {
        StepResult.Builder bare = step.toBuilder().clearInfos();
        if (bare.hasFinal()) {
            bare.setFinal(FinalRows.newBuilder(step.getFinal()).clearInfos());
        }
        return bare.build();
    }

    private static List<Object> form(StepResult step) {
        return List.of(
                form(step.getObservations()),
                step.getRewards().size(),
                step.getTerminated().size(),
                step.getTruncated(),
                step.getFinal().getCopiesList());
    }

    private static List<Object> form(Value value) {
        return List.of(
                value.getKindCase(),
                value.getTensor().getDataType(),
                value.getTensor().getShapeList());
    }
}
