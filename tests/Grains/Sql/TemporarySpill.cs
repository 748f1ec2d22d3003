namespace Orrery.Grains.Tests.Sql;

/// <summary>A folder for what does not fit into memory, which goes with the test.</summary>
sealed class TemporarySpill : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orrery-spill-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
