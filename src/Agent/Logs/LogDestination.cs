using Orrery.Connectors.Hdfs;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Agent.Logs;

/// <summary>Where log batches go: at most one object store, and the API.</summary>
public sealed record LogDestination
{
    /// <summary>A bucket; null: none.</summary>
    public S3Options? S3 { get; init; }

    /// <summary>A directory of HDFS; null: none.</summary>
    public WebHdfsOptions? Hdfs { get; init; }

    /// <summary>A folder, such as a share that the collector reads too; null: none.</summary>
    public string? Folder { get; init; }

    /// <summary>Under which names in the store. Default <c>logs</c>; empty: at its root.</summary>
    public string Prefix { get; init; } = "logs";

    /// <summary>Whether lines also go through the door for a server's newest lines. Default true.</summary>
    public bool NewestLines { get; init; } = true;

    /// <summary>Adds what is wrong to a list.</summary>
    public void Validate(List<string> errors)
    {
        int stores = (S3 is null ? 0 : 1) + (Hdfs is null ? 0 : 1) + (Folder is null ? 0 : 1);
        if (stores > 1)
            errors.Add($"log batches have {stores} stores, at most one of s3, hdfs and folder can be");
        if (stores == 0 && !NewestLines)
            errors.Add("log batches go nowhere: name a store, or leave newestLines on");
        try
        {
            S3?.Validate();
            Hdfs?.Validate();
            if (Prefix.Length > 0)
                ObjectName.Check(Prefix);
        }
        catch (ArgumentException error)
        {
            errors.Add(error.Message);
        }
    }
}
