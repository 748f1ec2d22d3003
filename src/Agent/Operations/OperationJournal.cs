using System.Text.Json;

namespace Orrery.Agent.Operations;

/// <summary>What an operation is at, on disk before it matters: an agent that is killed knows at its next start what it had begun.</summary>
internal sealed class OperationJournal(string folder)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    string File => Path.Combine(folder, "operation.json");

    /// <summary>What was under way; null: nothing.</summary>
    public OperationEntry? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<OperationEntry>(System.IO.File.ReadAllBytes(File), Json);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Write(OperationEntry entry)
    {
        Directory.CreateDirectory(folder);
        string next = File + ".next";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, entry, Json);
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(next, File, overwrite: true);
    }

    public void Clear() => System.IO.File.Delete(File);
}

/// <param name="Id">The operation's.</param>
/// <param name="Attempt">A word by which the cloud knows this attempt again.</param>
/// <param name="IsBegun">Whether anything of it may have been done.</param>
/// <param name="Ending">How it ended; null: it has not.</param>
internal sealed record OperationEntry(string Id, string Kind, string Target, string Attempt, bool IsBegun, OperationEnd? Ending);

internal sealed record OperationEnd(bool IsGood, int? ExitCode, string Output, string? Reason);
