package dev.gibbon.benchmarks.contender.tomcat;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import jakarta.websocket.Endpoint;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.Constants;
import org.apache.tomcat.websocket.server.WsSci;

/** Tomcat embedded: a poller, and a pool of threads, whose size is not the number of loops, since they may block. */
public final class TomcatContender implements Contender {
    private static final int MAX_CONNECTIONS = 100_000;

    @Override
    public String name() {
        return "tomcat";
    }

    @Override
    public int start(Settings settings) throws Exception {
        if (!settings.variant().isEmpty()) {
            throw settings.unknownVariant();
        }
        if (!settings.deflate()) {
            System.setProperty("org.apache.tomcat.websocket.DISABLE_BUILTIN_EXTENSIONS", "true");
        }
        Path folder = Files.createTempDirectory("tomcat");
        folder.toFile().deleteOnExit();
        var tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setSilent(true);
        tomcat.setConnector(connector(settings));
        Context context = tomcat.addContext("", null);
        // A filter in front of this servlet is what answers the handshakes.
        Tomcat.addServlet(context, "none", new DefaultServlet());
        context.addServletMapping("/", "none");
        context.addServletContainerInitializer(new WsSci(), Set.of());
        tomcat.start();
        var container = (ServerContainer)
                context.getServletContext().getAttribute(Constants.SERVER_CONTAINER_SERVLET_CONTEXT_ATTRIBUTE);
        container.addEndpoint(at("/", Echo.class));
        container.addEndpoint(at("/broadcast", Broadcast.class));
        return tomcat.getConnector().getLocalPort();
    }

    private static Connector connector(Settings settings) {
        var connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setPort(settings.port());
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("acceptCount", String.valueOf(Settings.BACKLOG));
        connector.setProperty("maxConnections", String.valueOf(MAX_CONNECTIONS));
        connector.setProperty("tcpNoDelay", "true");
        return connector;
    }

    private static ServerEndpointConfig at(String path, Class<? extends Endpoint> endpoint) {
        return ServerEndpointConfig.Builder.create(endpoint, path).build();
    }
}
