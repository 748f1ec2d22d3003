using Orrery.Interfaces.Health;

namespace Orrery.Interfaces.Alarms;

public enum Severity
{
    Information,
    Warning,
    Critical,
}

public enum Comparison
{
    Above,
    Below,
}

/// <summary>When a metric is worth a person's attention. Rules are data; live SQL will compile them.</summary>
/// <param name="Id">Unique within the tenant, see <see cref="EntityKeys"/>.</param>
/// <param name="Name">1 to 120 characters.</param>
/// <param name="Matchers">Which series; a matcher on <c>__name__</c> with <see cref="MatchKind.Equal"/> is required.</param>
/// <param name="Signal"><c>value</c>: the sample; <c>anomaly</c>: the anomaly score, 0 to 1; <c>rate</c>: growth per second of a counter.</param>
/// <param name="Comparison">On which side of the threshold the trouble is.</param>
/// <param name="Threshold">It starts beyond this value.</param>
/// <param name="Recovery">It ends on the other side of this value (hysteresis). Not beyond the threshold. Null: the threshold itself.</param>
/// <param name="ForSeconds">It must hold this long before the alarm fires, 0 to 86,400.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Penalty">Points taken from the score, 0 to 100; null: 10, 25 or 50 by severity.</param>
/// <param name="Enabled">Off keeps the rule and fires nothing.</param>
/// <param name="Description">What it means and what to do about it, at most 2,000 characters, or null.</param>
/// <param name="Version">The ETag.</param>
public sealed record AlarmRule(
    string Id, string Name, IReadOnlyList<LabelMatcher> Matchers, string Signal, Comparison Comparison, double Threshold, double? Recovery,
    int ForSeconds, Severity Severity, int? Penalty, bool Enabled, string? Description, long Version);

/// <summary>The rules of a tenant. Key: the tenant's id, or <see cref="EntityKeys.Fleet"/> for the vendor's rules, which hold for all tenants unless a tenant's rule has the same id.</summary>
public interface IAlarmRulesGrain : IGrainWithStringKey
{
    /// <summary>The own rules.</summary>
    [ReadOnly] Task<IReadOnlyList<AlarmRule>> List();

    /// <summary>What holds for the tenant's servers: the vendor's rules with the tenant's over them.</summary>
    [ReadOnly] Task<EffectiveRules> GetEffective();

    /// <summary>Creates (version null and new id) or changes a rule. At most 500 rules.</summary>
    Task<AlarmRule> Set(AlarmRule rule, long? version);

    Task Delete(string rule, long? version);

    /// <summary>The vendor's rules changed: tell the servers. Called by the vendor's rules' grain.</summary>
    Task VendorRulesChanged();

    /// <summary>A server wants to be told of changes until the silo stops; it asks again each minute.</summary>
    /// <returns>The revision of the rules that hold, see <see cref="EffectiveRules"/>.</returns>
    Task<long> Subscribe(string server);

    /// <summary>Called by a tenant that is deleted: its own rules are forgotten.</summary>
    Task TenantDeleted();
}

/// <param name="Revision">Rises with every change of either set.</param>
public sealed record EffectiveRules(long Revision, IReadOnlyList<AlarmRule> Rules);
