namespace Orrery.Connectors.Hdfs;

/// <summary>Where an HDFS is reached over WebHDFS.</summary>
public sealed record WebHdfsOptions
{
    /// <summary>The name node's HTTP address (or HttpFS'), such as <c>http://namenode:9870</c>. Required.</summary>
    public Uri? Address { get; init; }

    /// <summary>The directory under which all objects lie, such as <c>/lake/orrery</c>. Required, absolute.</summary>
    public string Directory { get; init; } = "";

    /// <summary>The user's name, of a cluster without Kerberos; empty: none is sent.</summary>
    public string User { get; init; } = "";

    /// <summary>A delegation token, of a cluster with Kerberos, fetched by other means; empty: none. Never logged.</summary>
    public string DelegationToken { get; init; } = "";

    /// <summary>Longest time of one request. Default 100 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Everything that is wrong, in one message.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (Address is null || !Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https"))
            errors.Add("address must be an absolute http or https address");
        if (!Directory.StartsWith('/') || Directory.Split('/').Any(part => part is "." or ".."))
            errors.Add($"directory '{Directory}' must begin with '/' and hold no '.' or '..'");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromHours(1))
            errors.Add($"timeout is {Timeout.TotalSeconds} s, must be 1 s to 1 h");
        if (errors.Count > 0)
            throw new ArgumentException("The HDFS store cannot be used: " + string.Join("; ", errors) + ".");
    }
}
