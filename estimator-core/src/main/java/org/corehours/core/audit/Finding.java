package org.corehours.core.audit;

import java.util.List;
import java.util.Optional;
import org.corehours.core.quantity.Interval;

/**
 * What an audit finds about one claim.
 *
 * @param claim the claim
 * @param estimate what is estimated instead
 * @param verdict the conclusion
 * @param fittingWeight the prior weight of the readings that fit, from 0 to 1
 * @param impliesUtilisation whether the claim says something of time, so that a utilisation follows from it
 * @param impliedMfu the utilisation that follows from the claim; where none does, the estimated one
 * @param utilisations the same by hardware, likeliest first
 * @param exceeded the best utilisation published of such a training, if the claim exceeds it under every reading
 * @param influences what explains the spread of the estimate, largest share first
 * @param alternatives the claim under each alternative of each assumption, the most influential assumption first
 * @param combinations the claim under each combination of the alternatives that matter most, likeliest first
 * @param readings the claim under each reading, likeliest first
 */
public record Finding(
        Claim claim,
        Interval estimate,
        Verdict verdict,
        double fittingWeight,
        boolean impliesUtilisation,
        Interval impliedMfu,
        List<Utilisation> utilisations,
        Optional<PublishedUtilisation> exceeded,
        List<Influence> influences,
        List<AlternativeFit> alternatives,
        List<CombinationFit> combinations,
        List<ReadingFit> readings) {

    /** The least share of the spread that an assumption must explain to decide anything. */
    private static final double DECIDING_SHARE = 0.01;

    public Finding {
        utilisations = List.copyOf(utilisations);
        influences = List.copyOf(influences);
        alternatives = List.copyOf(alternatives);
        combinations = List.copyOf(combinations);
        readings = List.copyOf(readings);
    }

    /** {@return the claimed value over the median estimate; empty if the median is zero} */
    public Optional<Double> ratio() {
        return estimate.median() == 0 ? Optional.empty() : Optional.of(claim.value() / estimate.median());
    }

    /** {@return whether the claim is above the median estimate} */
    public boolean claimsMore() {
        return claim.value() > estimate.median();
    }

    /** {@return the assumption that explains most of the estimate's spread; empty if none explains any to speak of} */
    public Optional<Influence> decidingAssumption() {
        return influences.stream()
                .filter(each -> each.kind() == Influence.Kind.ASSUMPTION && each.share() >= DECIDING_SHARE)
                .findFirst();
    }
}
