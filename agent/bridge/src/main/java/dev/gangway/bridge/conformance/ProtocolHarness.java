package dev.gangway.bridge.conformance;

import dev.gangway.codec.WireSpaces;
import dev.gangway.codec.WireValues;
import dev.gangway.v1.CloseSessionRequest;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.EnvironmentSettings;
import dev.gangway.v1.ResetCommand;
import dev.gangway.v1.Value;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import dev.gangway.v1.service.EnvironmentServiceGrpc.EnvironmentServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Supports the checks of servers: it makes calls, opens sessions and streams and closes them, and supplies seeds and
 * actions.
 */
abstract class ProtocolHarness {
    static final int COPIES = 2;
    static final int LEASE = 60_000;
    static final long SEED = 7;
    static final int MAX_CALL_SECONDS = 60;

    final Channel channel;
    final String id;

    ProtocolHarness(Channel channel, String id) {
        this.channel = channel;
        this.id = id;
    }

    /** Uses a session. */
    interface SessionUse {
        void with(CreateSessionResponse session) throws Exception;
    }

    /** Uses a session and a stream that is attached to it. */
    interface StreamUse {
        void with(CreateSessionResponse session, WireStream stream) throws Exception;
    }

    final EnvironmentServiceBlockingStub stub() {
        return EnvironmentServiceGrpc.newBlockingStub(channel).withDeadlineAfter(MAX_CALL_SECONDS, TimeUnit.SECONDS);
    }

    static EnvironmentSettings.Builder settingsOf(String name) {
        return EnvironmentSettings.newBuilder().setId(name);
    }

    final CreateSessionRequest.Builder request() {
        return CreateSessionRequest.newBuilder()
                .setProtocolVersion(1)
                .setSettings(settingsOf(id))
                .setCopies(COPIES);
    }

    /** Opens a new session, uses it and closes it. */
    final void with(CreateSessionRequest.Builder request, SessionUse use) throws Exception {
        CreateSessionResponse session = stub().createSession(request.build());
        try {
            use.with(session);
        } finally {
            try {
                close(session);
            } catch (StatusRuntimeException gone) {
                // The check has ended it.
            }
        }
    }

    final void with(int lease, SessionUse use) throws Exception {
        with(request().setLeaseMilliseconds(lease), use);
    }

    final void withStream(CreateSessionRequest.Builder request, StreamUse use) throws Exception {
        with(request, session -> use.with(session, attach(session)));
    }

    final void withStream(int lease, StreamUse use) throws Exception {
        withStream(request().setLeaseMilliseconds(lease), use);
    }

    final WireStream attach(CreateSessionResponse session) {
        WireStream stream = new WireStream(channel);
        stream.open(session);
        return stream;
    }

    final void close(CreateSessionResponse session) {
        var unused = stub().closeSession(CloseSessionRequest.newBuilder()
                .setSessionId(session.getSessionId())
                .build());
    }

    static ResetCommand.Builder seeded() {
        return ResetCommand.newBuilder().setSeed(SEED);
    }

    /** Returns the same random actions at every call. */
    static List<Value> actions(CreateSessionResponse session, int steps) {
        return Batches.random(
                        WireSpaces.decode(session.getDescription().getActionSpace(), "action", "the environment"),
                        COPIES,
                        steps,
                        SEED)
                .stream()
                .map(WireValues::encode)
                .toList();
    }

    static Value action(CreateSessionResponse session) {
        return actions(session, 1).get(0);
    }
}
