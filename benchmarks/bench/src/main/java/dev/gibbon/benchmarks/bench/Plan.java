package dev.gibbon.benchmarks.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is measured when. Scenario by scenario everybody is warmed up for it, and then the rounds go through all of them in turn,
 * so that what the machine does meanwhile falls on all alike. Each round begins with another one, so that nobody is
 * always measured behind the same neighbour.
 *
 * @param steps in order
 * @param excuses by scenario, who does not take part, and why
 */
record Plan(List<Step> steps, Map<Measure, Map<Entrant, String>> excuses) {

    /** A plan for everybody and everything. */
    static Plan of(List<Entrant> entrants, List<Measure> measures, int rounds) {
        List<Step> steps = new ArrayList<>();
        Map<Measure, Map<Entrant, String>> excuses = new LinkedHashMap<>();
        for (Measure measure : measures) {
            Map<Entrant, String> absent = new LinkedHashMap<>();
            List<Entrant> present = new ArrayList<>();
            for (Entrant entrant : entrants) {
                String excuse = entrant.excuse(measure);
                if (excuse == null) {
                    present.add(entrant);
                } else {
                    absent.put(entrant, excuse);
                }
            }
            excuses.put(measure, absent);
            if (measure.purpose() != Entrant.Purpose.MEMORY) {
                present.forEach(entrant -> steps.add(new Step(entrant, measure, 0)));
            }
            for (int round = 1; round <= rounds; round++) {
                for (int place = 0; place < present.size(); place++) {
                    Entrant entrant = present.get((place + round - 1) % present.size());
                    steps.add(new Step(entrant, measure, round));
                }
            }
        }
        return new Plan(List.copyOf(steps), excuses);
    }

    /** The last step that uses the same process as this one; then it may end. */
    boolean isLastUse(int index) {
        Step step = steps.get(index);
        return steps.subList(index + 1, steps.size()).stream()
                .noneMatch(later -> later.entrant() == step.entrant()
                        && later.measure().purpose() == step.measure().purpose());
    }

    /** Seconds that all windows and warm-ups take together, if nothing has to be repeated. */
    double seconds(Timing timing) {
        return steps.stream().mapToDouble(step -> step.seconds(timing)).sum();
    }

    /**
     * One server, for some seconds.
     *
     * @param round from 1; 0 warms it up
     */
    record Step(Entrant entrant, Measure measure, int round) {
        /** Whether nothing is measured. */
        boolean warmsUp() {
            return round == 0;
        }

        /** About how long it takes. */
        double seconds(Timing timing) {
            if (measure.purpose() == Entrant.Purpose.MEMORY) {
                return timing.memorySeconds();
            }
            return warmsUp() ? timing.warmUp(measure) : timing.leadIn() + timing.window();
        }
    }

    /** Finds the excuse of a server in a scenario; null if it takes part. */
    @Nullable
    String excuse(Measure measure, Entrant entrant) {
        return excuses.getOrDefault(measure, Map.of()).get(entrant);
    }
}
