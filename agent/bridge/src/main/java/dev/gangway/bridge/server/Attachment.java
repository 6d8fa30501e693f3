package dev.gangway.bridge.server;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.OpenResult;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/**
 * Drives one session by one stream: the commands run in the thread that delivers them. The next request is asked for
 * when the response before it is on its way, so that a client which never reads cannot fill this server's memory.
 */
final class Attachment implements StreamObserver<AttachRequest> {
    private final ServerCallStreamObserver<AttachResponse> responses;
    private final ClientStream stream;
    private final Function<AttachRequest, ServerSession> opener;
    private final Runnable ended;
    private ServerSession session;
    private boolean waiting;

    /**
     * Begins to listen to a stream.
     *
     * @param opener finds the session that a stream's first request names
     * @param ended told once when the client has gone or has done
     */
    Attachment(
            ServerCallStreamObserver<AttachResponse> responses,
            ClientStream stream,
            Function<AttachRequest, ServerSession> opener,
            Runnable ended) {
        this.responses = responses;
        this.stream = stream;
        this.opener = opener;
        this.ended = ended;
        responses.disableAutoRequest();
        responses.setOnReadyHandler(this::resume);
        responses.setOnCloseHandler(this::end);
        responses.request(1);
    }

    private void resume() {
        if (waiting) {
            waiting = false;
            responses.request(1);
        }
    }

    @Override
    public void onNext(AttachRequest request) {
        try {
            if (session == null) {
                ServerSession found = opener.apply(request);
                long last = found.attach(stream);
                session = found;
                stream.send(AttachResponse.newBuilder()
                        .setOpened(OpenResult.newBuilder().setLastSequence(last))
                        .build());
            } else {
                stream.send(session.answer(stream, request));
            }
            if (responses.isReady()) {
                responses.request(1);
            } else {
                waiting = true;
            }
        } catch (ServerSession.ClosedException closed) {
            stream.finish();
        } catch (RequestFailed failed) {
            end();
            stream.fail(failed);
        }
    }

    /** The client is gone, or has sent what is no request. */
    @Override
    public void onError(Throwable lost) {
        end();
        stream.abandon();
    }

    /** The client has done. */
    @Override
    public void onCompleted() {
        end();
        stream.finish();
    }

    /** Does nothing after the first time. The stream may end by the client, by this server, or by an error of gRPC's. */
    private void end() {
        if (session != null) {
            session.detach(stream);
        }
        ended.run();
    }
}
