package org.corehours.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.serve.LocalServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves estimates and audits as local pages. */
@Command(
        name = "serve",
        description = {
            "Show estimates and audits as pages that move as controls change, for this machine's browser.",
            "The same as JSON is under /api. Ctrl-C ends it."
        },
        footer = {
            "",
            "Examples:",
            "  corehours serve",
            "  corehours serve --port 9000 --no-open",
            "  corehours serve --host 0.0.0.0 --no-open"
        })
final class ServeCommand extends BaseCommand {

    private static final int LAST_PORT = 65_535;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8642",
            description = "The port; 8642 if not given, any free one if 0.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDR",
            defaultValue = "localhost",
            description = "The address to listen on; that of this machine alone if not given.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String host;

    @Option(names = "--no-open", description = "Open no browser.")
    private boolean noOpen;

    ServeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        InetSocketAddress address = address();
        try (LocalServer server = new LocalServer(address, host, new ServedEvaluations(), this::tell)) {
            String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            String url = "http://" + (address.getAddress().isAnyLocalAddress() ? "localhost" : shown) + ":"
                    + server.port() + "/";
            if (!address.getAddress().isLoopbackAddress()) {
                say("corehours: warning: every machine that reaches " + host + " can ask for estimates, unencrypted.");
            }
            print(json() ? JsonText.object(to -> to.text("url", url).number("port", server.port())) : url + "\n");
            say("Ctrl-C ends it.");
            if (!noOpen) {
                open(url);
            }
            Thread.sleep(Long.MAX_VALUE);
        } catch (IOException e) {
            throw new UsageException(
                    "Cannot listen on " + host + " port " + port + ": " + OutputFile.reason(e)
                            + ". Maybe it serves there already; --port 0 takes a free port.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.INTERRUPTED;
    }

    private InetSocketAddress address() {
        if (port < 0 || port > LAST_PORT) {
            throw new UsageException("The --port (" + port + ") must lie between 0 and " + LAST_PORT + ".");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new UsageException("The --host (" + host + ") is no address of this machine.", e);
        }
    }

    private void tell(Throwable bug) {
        say("corehours: this is a bug: " + bug);
        bug.printStackTrace(messages());
    }

    /** Opens a browser where there is one; whoever has none reads the address. */
    private static void open(String url) {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        List<String> opener = system.contains("mac")
                ? List.of("open", url)
                : system.contains("windows")
                        ? List.of("rundll32", "url.dll,FileProtocolHandler", url)
                        : List.of("xdg-open", url);
        boolean screen = system.contains("mac")
                || system.contains("windows")
                || System.getenv("DISPLAY") != null
                || System.getenv("WAYLAND_DISPLAY") != null;
        if (!screen) {
            return;
        }
        try {
            new ProcessBuilder(opener)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // The address is printed.
            return;
        }
    }
}
