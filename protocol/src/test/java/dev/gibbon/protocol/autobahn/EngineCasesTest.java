package dev.gibbon.protocol.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.CloseState;
import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Role;
import dev.gibbon.protocol.autobahn.EngineEcho.Reading;
import dev.gibbon.testkit.autobahn.Case;
import dev.gibbon.testkit.autobahn.Cases;
import dev.gibbon.testkit.autobahn.Cutting;
import dev.gibbon.testkit.autobahn.Referee;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The 301 Autobahn cases against the engine alone, in both roles: each with its own cuts, whole, in two halves and, up to
 * 100,000 octets, octet by octet; as whole messages and in parts. All sizes and repetitions are the suite's.
 */
@DisplayName("Autobahn cases, engine")
class EngineCasesTest {
    static final List<Case> CASES = Cases.all();

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    void server(Case one) {
        run(one, Role.SERVER);
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    void client(Case one) {
        run(one, Role.CLIENT);
    }

    private static void run(Case one, Role role) {
        judge(one, Cutting.OWN, new EngineEcho(role, Delivery.WHOLE, Reading.LOOP));
        judge(one, Cutting.OWN, new EngineEcho(role, Delivery.PARTS, Reading.LOOP));
        judge(one, Cutting.WHOLE, new EngineEcho(role, Delivery.WHOLE, Reading.WHOLE));
        judge(one, Cutting.HALVED, new EngineEcho(role, Delivery.WHOLE, Reading.WHOLE));
        if (Cutting.OCTETS.suits(one)) {
            judge(one, Cutting.OCTETS, new EngineEcho(role, Delivery.WHOLE, Reading.WHOLE));
            judge(one, Cutting.OCTETS, new EngineEcho(role, Delivery.PARTS, Reading.WHOLE));
        }
    }

    private static void judge(Case one, Cutting cutting, EngineEcho echo) {
        assertThat(Referee.judge(one, cutting, echo).finding())
                .as(echo.toString())
                .isEmpty();
        assertThat(echo.state()).isEqualTo(CloseState.CLOSED);
        assertThat(echo.leaked()).isZero();
    }
}
