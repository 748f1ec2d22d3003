using System.Text.Json.Serialization;
using Orrery.Interfaces.Jobs;

namespace Orrery.Interfaces.Configuration;

/// <summary>In what form a document is written and handed out.</summary>
public enum ConfigurationFormat
{
    /// <summary>RFC 8259; comments are taken.</summary>
    Json,

    /// <summary>One mapping; anchors are resolved.</summary>
    Yaml,

    /// <summary>As Java reads it, in UTF-8; a dot in a name begins a level, a name without a separator removes what is below.</summary>
    Properties,
}

/// <summary>What a document is. Format and secrets are fixed once it exists: what is stored was read and sealed by them.</summary>
public sealed record ConfigurationDefinition
{
    /// <summary>For people, at most 500 characters.</summary>
    public string? Description { get; init; }

    /// <summary>In what form it is written.</summary>
    public ConfigurationFormat Format { get; init; }

    /// <summary>A JSON schema that every server's value keeps, at most 64 KiB; null: any value. Keywords that would not be checked are refused.</summary>
    [JsonConverter(typeof(JsonTextConverter))]
    public string? Schema { get; init; }

    /// <summary>JSON pointers of secrets, such as <c>/database/password</c> or <c>/users/*/token</c>, at most 50. Their values are stored sealed and only servers are told them.</summary>
    public string[] Secrets { get; init; } = [];
}

/// <summary>What holds for all documents of a namespace.</summary>
/// <param name="NeedsApproval">Whether another user must approve a change before it is rolled out.</param>
/// <param name="Product">The registered product whose versions its layers <c>version:…</c> name; null: any version.</param>
public sealed record ConfigurationNamespace(bool NeedsApproval, string? Product = null);

/// <summary>A document in a line.</summary>
/// <param name="Document">As <c>namespace/name</c>.</param>
/// <param name="Definition">What it is.</param>
/// <param name="Version">Of the definition: the ETag.</param>
/// <param name="NeedsApproval">See <see cref="ConfigurationNamespace"/>.</param>
public sealed record ConfigurationSummary(string Document, ConfigurationDefinition Definition, long Version, bool NeedsApproval);
