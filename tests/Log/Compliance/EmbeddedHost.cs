using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Log.Embedded;
using Orrery.Log.Files;

namespace Orrery.Log.Tests.Compliance;

/// <summary>Segment files in a folder of the test's own.</summary>
public sealed class EmbeddedHost : ILogHost
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orrery-log-");

    public static string? Missing => null;

    public ILog Open(TimeProvider time) =>
        new EmbeddedLog(new EmbeddedLogOptions { Directory = folder.FullName }, new DiskFileSystem(), time, NullLogger<EmbeddedLog>.Instance, new TestMeters());

    public void CreateTopic(string name, int partitions)
    {
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
