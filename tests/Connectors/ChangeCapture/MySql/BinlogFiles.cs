namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

/// <summary>The real binary logs among the test data.</summary>
static class BinlogFiles
{
    public static readonly string[] All =
    [
        "canal/mysql51-bin.000001", "canal/mysql51-bin.000002", "canal/mysql57-tsdb-bin.000002", "shyiko/mysql-bin.checksum-crc32", "shyiko/mysql-bin.checksum-none", "shyiko/mysql-bin.sakila.gz",
    ];

    /// <summary>The path below the test data's root; the test is passed over where the data is absent.</summary>
    public static string Path(string name)
    {
        string? root = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null && root is null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Cluster.sln")))
                root = System.IO.Path.Combine(folder.FullName, "..", "shared", "data");
        string path = System.IO.Path.Combine(root ?? ".", name);
        if (!File.Exists(path)) Assert.Skip($"The test data '{name}' is not there: set ORRERY_TEST_DATA.");
        return path;
    }

    /// <summary>A log's bytes, expanded.</summary>
    public static byte[] Read(string name)
    {
        using Stream file = File.OpenRead(Path("cdc/binlog/" + name));
        using Stream plain = name.EndsWith(".gz", StringComparison.Ordinal) ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Decompress) : file;
        var bytes = new MemoryStream();
        plain.CopyTo(bytes);
        return bytes.ToArray();
    }
}
