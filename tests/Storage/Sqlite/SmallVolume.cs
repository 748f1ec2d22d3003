using System.Diagnostics;

namespace Orrery.Storage.Tests.Sqlite;

/// <summary>A mounted file system of a few megabytes, so that a full disk is a real one. Linux and root only.</summary>
sealed class SmallVolume : IDisposable
{
    readonly string ballastPath;

    SmallVolume(string path)
    {
        Path = path;
        ballastPath = System.IO.Path.Combine(path, "ballast");
    }

    public string Path { get; }

    /// <summary>Mounts one; skips the test with the reason where that is not allowed.</summary>
    public static SmallVolume MountOrSkip(int megabytes)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("A small file system can only be mounted on Linux.");
        var path = Directory.CreateTempSubdirectory("orrery-volume-").FullName;
        if (Mount("-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path) is { } refusal)
        {
            Directory.Delete(path);
            Assert.Skip($"Mounting a small file system was refused (it needs root): {refusal}");
        }

        return new(path);
    }

    public void MakeReadOnly() => Mount("-o", "remount,ro", Path).ShouldBeNull();

    public void MakeWritable() => Mount("-o", "remount,rw", Path).ShouldBeNull();

    /// <summary>Takes all room but some.</summary>
    public void Fill(long bytesLeft)
    {
        using var ballast = new FileStream(ballastPath, FileMode.Create);
        var free = new DriveInfo(Path).AvailableFreeSpace - bytesLeft;
        ballast.Write(new byte[free]);
    }

    public void Empty() => File.Delete(ballastPath);

    public void Dispose()
    {
        using var process = Process.Start("umount", Path);
        process.WaitForExit();
        Directory.Delete(Path);
    }

    static string? Mount(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("mount", arguments) { RedirectStandardError = true })!;
        var refusal = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : refusal.Trim();
    }
}
