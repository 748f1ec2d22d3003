using System.Text.Json.Serialization;

namespace Orrery.WebApi.Cluster;

/// <summary>Times in microseconds that these shares of the calls stayed under in the interval.</summary>
internal sealed record LatencyView(double P50, double P95, double P99);

/// <summary>One grain type over all silos that answered. Rates and percentiles are of the last seconds.</summary>
internal sealed record GrainTypeRow
{
    public required string Type { get; init; }

    /// <summary>In memory now.</summary>
    public required long Activations { get; init; }

    /// <summary>Since the silos' starts.</summary>
    public required long Created { get; init; }

    public required double CreatedPerSecond { get; init; }

    public required long ActivationsFailed { get; init; }

    /// <summary>Calls refused by a full mailbox, since the silos' starts.</summary>
    public required long CallsOverloaded { get; init; }

    public required long Calls { get; init; }

    public required double CallsPerSecond { get; init; }

    public required double FailedPerSecond { get; init; }

    public required double TimedOutPerSecond { get; init; }

    public required LatencyView? LatencyMicroseconds { get; init; }

    /// <summary>The methods with the highest p99 in the interval, slowest first; at most three.</summary>
    public required IReadOnlyList<SlowMethod> Slowest { get; init; }

    public required long MailboxDepth { get; init; }

    public required int MailboxDepthMax { get; init; }

    /// <summary>Whose mailbox is the fullest; null where all are empty.</summary>
    public required string? MailboxDepthMaxKey { get; init; }

    public required IReadOnlyList<GrainTypePlace> Places { get; init; }
}

internal sealed record SlowMethod(string Method, double P99Microseconds);

internal sealed record GrainTypePlace(string Silo, int Activations);

internal sealed record MethodRow
{
    /// <summary>Null where several classes answer, or an object outside of grains.</summary>
    public required string? Type { get; init; }

    public required string Interface { get; init; }

    public required string Method { get; init; }

    /// <summary>Since the silos' starts.</summary>
    public required long Calls { get; init; }

    public required long CallsFailed { get; init; }

    public required long CallsTimedOut { get; init; }

    public required double CallsPerSecond { get; init; }

    public required double FailedPerSecond { get; init; }

    public required double TimedOutPerSecond { get; init; }

    public required LatencyView? LatencyMicroseconds { get; init; }

    /// <summary>Since the silos' starts.</summary>
    public required double MeanMicroseconds { get; init; }

    public required double LongestMicroseconds { get; init; }

    /// <summary>Calls by duration in the interval; what <see cref="LatencyMicroseconds"/> was read from. Only in the answer about methods.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LatencyBar>? Durations { get; init; }
}

/// <summary>So many calls took from <see cref="FromMicroseconds"/> to twice that.</summary>
internal sealed record LatencyBar(double FromMicroseconds, long Calls);
