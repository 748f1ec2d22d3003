namespace Orrery.Connectors.ObjectStores;

/// <summary>
/// Where a bucket is. AWS, Huawei OBS, JD Cloud and others speak the same protocol and differ by these values; docs/guides/log-channel.md
/// shows each.
/// </summary>
public sealed record S3Options
{
    /// <summary>The service's address, such as <c>https://obs.cn-north-4.myhuaweicloud.com</c>; null: AWS in <see cref="Region"/>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region that requests are signed for. Required; services without regions take <c>us-east-1</c>.</summary>
    public string Region { get; init; } = "";

    /// <summary>The bucket. Required; it must exist.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>Put in front of every object's name, such as <c>orrery/</c>; empty: none.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The access key's id. Required.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>The access key's secret. Required; never logged.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>Whether the bucket stands in the path rather than in the host's name. Default false; most private stores need true.</summary>
    public bool PathStyle { get; init; }

    /// <summary>
    /// Whether the service honours <c>If-None-Match: *</c> on writes (AWS and MinIO do). Default true. With false, a put-if-absent looks
    /// first and then writes: right as long as one writer at a time owns the names, which the cluster sees to.
    /// </summary>
    public bool ConditionalWrites { get; init; } = true;

    /// <summary>Longest time of one request. Default 100 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How often a request that failed in passing is tried again. Default 4.</summary>
    public int RetriesMax { get; init; } = 4;

    /// <summary>Everything that is wrong, in one message.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
            errors.Add("endpoint must be an absolute http or https address");
        if (Region.Length == 0)
            errors.Add("region is empty");
        if (Bucket.Length is < 3 or > 63)
            errors.Add($"bucket '{Bucket}' must have 3 to 63 characters");
        if (AccessKey.Length == 0 || SecretKey.Length == 0)
            errors.Add("accessKey and secretKey are required");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromHours(1))
            errors.Add($"timeout is {Timeout.TotalSeconds} s, must be 1 s to 1 h");
        if (RetriesMax is < 0 or > 20)
            errors.Add($"retriesMax is {RetriesMax}, must be 0 to 20");
        if (errors.Count > 0)
            throw new ArgumentException("The S3 store cannot be used: " + string.Join("; ", errors) + ".");
    }
}
