package dev.parallax;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.internal.client.Connection;
import dev.parallax.internal.client.MessageHandler;
import dev.parallax.internal.client.SerialExecutor;
import dev.parallax.internal.leak.LeakTracker;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.proto.ServerError;
import dev.parallax.internal.proto.StatusCode;
import dev.parallax.internal.proto.ViewDeleteReq;
import dev.parallax.internal.wire.Messages;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A session that passes everything on over a client's connection: the child's requests unchanged,
 * and to the child what comes back, for subscriptions each time. So one connection can serve
 * several clients.
 *
 * <p>To the server the child's views belong to the client; closing this session deletes them.
 */
public final class ProxySession implements Session {
  /** What the session holds; never refers to it, so that a forgotten session is noticed. */
  private final Relay relay;

  private final LeakTracker.Tracked tracked;

  /** Held so that the client is not taken for forgotten while a proxy of it is in use. */
  private final ClientHandle handle;

  ProxySession(ClientHandle handle, ResponseHandler handler) {
    Relay made = new Relay(handle.connection, Objects.requireNonNull(handler, "handler"));
    this.handle = handle;
    this.relay = made;
    this.tracked =
        LeakTracker.track(
            this,
            "ProxySession",
            "@" + Integer.toHexString(made.hashCode()),
            made::close,
            made.connection::isClosed);
  }

  @Override
  public void handleRequest(byte[] request) {
    relay.handle(request.clone());
  }

  @Override
  public void handleRequest(ByteBuffer request) {
    relay.handle(Messages.copy(request));
  }

  /** Does nothing: what is pending is the server's business. */
  @Override
  public void poll() {
    if (tracked.isClosed() || handle.connection.isClosed()) {
      throw new ClosedException("session is closed");
    }
  }

  @Override
  public void close() {
    tracked.close();
  }

  private static final class Relay {
    private final Connection connection;
    private final ResponseHandler handler;

    /** In order and one at a time, on whatever thread comes first. */
    private final SerialExecutor outbound = new SerialExecutor(Runnable::run);

    private final Map<Integer, Forwarded> waiting = new ConcurrentHashMap<>();
    private final Set<String> views = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Relay(Connection connection, ResponseHandler handler) {
      this.connection = connection;
      this.handler = handler;
    }

    void handle(byte[] bytes) {
      if (closed) {
        throw new ClosedException("session is closed");
      }
      Request request;
      try {
        request = Request.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        refuse(0, "", StatusCode.SERVER_ERROR, "the request is no message: " + e.getMessage());
        return;
      }
      int id = request.getMsgId();
      Forwarded forwarded = new Forwarded(this, request);
      endSubscription(request);
      waiting.put(id, forwarded);
      try {
        if (!connection.forward(id, ByteBuffer.wrap(bytes), forwarded)) {
          waiting.remove(id, forwarded);
          refuse(
              id,
              request.getEntityId(),
              StatusCode.SERVER_ERROR,
              "message id " + Integer.toUnsignedLong(id) + " is in use on this connection");
        }
      } catch (TransportException e) {
        waiting.remove(id, forwarded);
        refuse(id, request.getEntityId(), StatusCode.TRANSPORT_ERROR, e.getMessage());
      }
    }

    /** An unsubscription ends the waiting at once; late events are dropped. */
    private void endSubscription(Request request) {
      int ended =
          switch (request.getKindCase()) {
            case VIEW_REMOVE_ON_UPDATE_REQ -> request.getViewRemoveOnUpdateReq().getId();
            case VIEW_REMOVE_ON_REMOVE_REQ -> request.getViewRemoveOnRemoveReq().getId();
            case VIEW_REMOVE_DELETE_REQ -> request.getViewRemoveDeleteReq().getId();
            case TABLE_REMOVE_DELETE_REQ -> request.getTableRemoveDeleteReq().getId();
            case REMOVE_HOSTED_TABLES_UPDATE_REQ ->
                request.getRemoveHostedTablesUpdateReq().getId();
            default -> 0;
          };
      Forwarded subscription = ended == 0 ? null : waiting.remove(ended);
      if (subscription != null) {
        connection.forget(ended, subscription);
      }
    }

    void deliver(ByteBuffer message) {
      outbound.execute(
          () -> {
            if (closed) {
              return;
            }
            try {
              handler.onResponse(message);
            } catch (Throwable thrown) {
              handler.onError(thrown);
            }
          });
    }

    void refuse(int id, String entity, StatusCode code, String why) {
      Response response =
          Response.newBuilder()
              .setMsgId(id)
              .setEntityId(entity)
              .setServerError(ServerError.newBuilder().setMessage(why).setStatusCode(code))
              .build();
      deliver(response.toByteString().asReadOnlyByteBuffer());
    }

    void close() {
      closed = true;
      waiting.forEach(
          (id, forwarded) -> {
            connection.forget(id, forwarded);
            Request.Builder ending = forwarded.ending();
            if (ending != null && connection.isOpen()) {
              connection.call(ending);
            }
          });
      waiting.clear();
      for (String view : views) {
        if (connection.isOpen()) {
          connection.call(
              Request.newBuilder()
                  .setEntityId(view)
                  .setViewDeleteReq(ViewDeleteReq.getDefaultInstance()));
        }
      }
      views.clear();
    }
  }

  /** One request of the child and where its answers go. */
  private static final class Forwarded implements MessageHandler {
    private final Relay relay;
    private final int id;
    private final String entity;
    private final Request.KindCase kind;
    private final boolean subscribesHosted;
    private final String view;

    Forwarded(Relay relay, Request request) {
      this.relay = relay;
      this.id = request.getMsgId();
      this.entity = request.getEntityId();
      this.kind = request.getKindCase();
      this.subscribesHosted = request.getGetHostedTablesReq().getSubscribe();
      this.view = request.getTableMakeViewReq().getViewId();
    }

    @Override
    public boolean once() {
      return switch (kind) {
        case VIEW_ON_UPDATE_REQ, VIEW_ON_REMOVE_REQ -> false;
        case GET_HOSTED_TABLES_REQ -> !subscribesHosted;
        default -> true;
      };
    }

    @Override
    public void onMessage(Response response, ByteBuffer bytes) {
      if (once()) {
        relay.waiting.remove(id, this);
      }
      if (response.hasTableMakeViewResp()) {
        relay.views.add(view);
      } else if (response.hasViewDeleteResp()) {
        relay.views.remove(entity);
      }
      relay.deliver(ByteBuffer.wrap(Messages.copy(bytes)).asReadOnlyBuffer());
    }

    @Override
    public void onLost(ParallaxException reason) {
      relay.waiting.remove(id, this);
      relay.views.clear();
      if (once()) {
        relay.refuse(id, entity, StatusCode.TRANSPORT_ERROR, reason.getMessage());
      }
    }

    /** What ends the subscription; null if this is none. */
    Request.Builder ending() {
      Request.Builder out = Request.newBuilder().setEntityId(entity);
      switch (kind) {
        case VIEW_ON_UPDATE_REQ -> out.getViewRemoveOnUpdateReqBuilder().setId(id);
        case VIEW_ON_REMOVE_REQ -> out.getViewRemoveOnRemoveReqBuilder().setId(id);
        case VIEW_ON_DELETE_REQ -> out.getViewRemoveDeleteReqBuilder().setId(id);
        case TABLE_ON_DELETE_REQ -> out.getTableRemoveDeleteReqBuilder().setId(id);
        case GET_HOSTED_TABLES_REQ -> out.getRemoveHostedTablesUpdateReqBuilder().setId(id);
        default -> {
          return null;
        }
      }
      return out;
    }
  }
}
