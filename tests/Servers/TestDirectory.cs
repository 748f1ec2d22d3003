namespace Orrery.Tests.Servers;

/// <summary>A folder of one test, deleted at its end.</summary>
internal sealed class TestDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orrery-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
