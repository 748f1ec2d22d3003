using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Configuration;

/// <summary>
/// One owner's layers of a document: the vendor's (product, versions) or a tenant's (tenant, sites, servers). Key: <see cref="ConfigurationKeys.Of"/>. A version, once written, stays; a rollback is a further one.
/// </summary>
public interface IConfigurationDocumentGrain : IGrainWithStringKey
{
    /// <summary>Makes the document or changes its description and schema. The vendor's alone.</summary>
    /// <param name="definition">What it is.</param>
    /// <param name="user">Who.</param>
    /// <param name="version">Of the definition that the caller saw; null: whatever is there.</param>
    /// <exception cref="InvalidInputException">The schema cannot be used, or format or secrets are others than they were.</exception>
    Task<ConfigurationSummary> Define(ConfigurationDefinition definition, string user, long? version);

    /// <exception cref="NotFoundException">There is no such document.</exception>
    [AlwaysInterleave]
    Task<ConfigurationInfo> Get();

    /// <summary>One layer with its text.</summary>
    /// <exception cref="NotFoundException">There is no such document, or it cannot have such a layer.</exception>
    [AlwaysInterleave]
    Task<ConfigurationLayer> Layer(string layer);

    /// <summary>Writes a layer: as a draft, to be approved, or to be rolled out.</summary>
    /// <param name="layer">See <see cref="ConfigurationKeys"/>.</param>
    /// <param name="edit">What.</param>
    /// <param name="user">Who.</param>
    /// <param name="seen">The layer's version that the writer saw; null: none was there.</param>
    /// <exception cref="ConfigurationConflictException">Another version is there, or a change is under way.</exception>
    /// <exception cref="InvalidInputException">The text cannot be read, or violates the schema; the message says where.</exception>
    Task<ConfigurationChange> Write(string layer, ConfigurationEdit edit, string user, long? seen);

    /// <summary>Approves a change that waits, which starts it. Not for who wrote it.</summary>
    Task<ConfigurationChange> Approve(long version, string user);

    /// <summary>Starts a draft; where approval is needed it waits for that.</summary>
    /// <param name="version">The draft's.</param>
    /// <param name="rollout">Takes the place of the draft's own; null: that stays.</param>
    /// <param name="user">Who.</param>
    Task<ConfigurationChange> Start(long version, ConfigurationRollout? rollout, string user);

    /// <summary>Ends a change: one that reached no server is rejected, one that is rolling is taken back.</summary>
    Task<ConfigurationChange> Stop(long version, string user, string? reason);

    /// <summary>Gives a layer the content of an earlier version that was live, as a further version.</summary>
    Task<ConfigurationChange> Rollback(string layer, long version, ConfigurationRollout? rollout, string user, long? seen);

    /// <summary>Versions, newest first, 1 to 500 of them.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<ConfigurationChange>> History(string? layer, int limit);

    /// <summary>One version with its text.</summary>
    [AlwaysInterleave]
    Task<ConfigurationVersion> Version(long version);

    /// <summary>What differs between two versions.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<ConfigurationDifference>> Compare(long from, long to);

    /// <summary>What servers are to have, with secrets. A tenant's alone.</summary>
    /// <param name="readers">1 to 1,000.</param>
    /// <param name="format">Of the texts; null: the document's own.</param>
    /// <param name="fleetStamp">The vendor's layers must be known at least so far; negative: they are asked anew.</param>
    [AlwaysInterleave]
    Task<ConfigurationResolved> Resolve(ConfigurationReader[] readers, ConfigurationFormat? format, long fleetStamp);

    /// <summary>What a server is to have, for people. A tenant's alone.</summary>
    [AlwaysInterleave]
    Task<ConfigurationEffective> Effective(ConfigurationReader reader);

    /// <summary>A server says what it has. A tenant's alone; at most 20,000 servers.</summary>
    [AlwaysInterleave]
    Task Report(ConfigurationReport report);

    /// <summary>Servers that report the document, those that drift first. A tenant's alone.</summary>
    /// <param name="site">The site's id; null: all.</param>
    [AlwaysInterleave]
    Task<IReadOnlyList<ConfigurationServer>> Servers(string? site);

    /// <summary>Called by the vendor's layers: the servers that a layer's waves reach, in numbers. A tenant's alone.</summary>
    [AlwaysInterleave]
    Task<ConfigurationMeasure> Measure(string layer, ConfigurationWave[] waves, long fleetStamp);

    /// <summary>Called by the directory when the tenant is deleted: layers, versions and reports go with it.</summary>
    Task Forget();

    /// <summary>Called by a tenant's layers: the vendor's, with secrets sealed.</summary>
    [AlwaysInterleave]
    Task<ConfigurationBase> Base();
}

/// <summary>The vendor's layers as tenants' grains merge them.</summary>
/// <param name="Definition">What the document is; null: there is none.</param>
/// <param name="DefinitionVersion">Of it.</param>
/// <param name="Stamp">Rises with each change that may reach a server.</param>
/// <param name="NeedsApproval">See <see cref="ConfigurationNamespace"/>.</param>
/// <param name="Layers">By name.</param>
public sealed record ConfigurationBase(ConfigurationDefinition? Definition, long DefinitionVersion, long Stamp, bool NeedsApproval, IReadOnlyDictionary<string, ConfigurationPart> Layers);

/// <summary>A layer as it reaches servers.</summary>
/// <param name="Live">What all have; null: nothing yet.</param>
/// <param name="Rolling">What those have that <paramref name="Waves"/> reach; null: nothing is rolling.</param>
/// <param name="Waves">So far.</param>
public sealed record ConfigurationPart(ConfigurationSealed? Live, ConfigurationSealed? Rolling, ConfigurationWave[] Waves);

/// <summary>What was written into a layer.</summary>
/// <param name="Version">Which version.</param>
/// <param name="At">Since when it holds.</param>
/// <param name="Text">As it was written, with a placeholder for each secret.</param>
/// <param name="Tree">The same as JSON.</param>
/// <param name="Secrets">Sealed values by JSON pointer.</param>
public sealed record ConfigurationSealed(long Version, DateTimeOffset At, string Text, string Tree, IReadOnlyDictionary<string, byte[]> Secrets);
