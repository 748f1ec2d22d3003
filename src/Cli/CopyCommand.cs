using System.CommandLine;
using Orrery.Storage.Copy;
using Orrery.Storage.Hosting;
using Orrery.Storage.Sqlite;

namespace Orrery.Cli;

/// <summary><c>orrery copy</c>: how one machine becomes a cluster.</summary>
static class CopyCommand
{
    public static Command Create()
    {
        var from = new Option<DirectoryInfo?>("--from") { Description = "The data folder of 'orrery up', which is not running meanwhile. It is not changed." };
        var to = new Option<string?>("--to")
        {
            Description = $"The cluster's store, which is empty: {ClusterOptionSet.StoreForms}. Also read from the variable {ClusterOptionSet.ConnectionVariable}, which keeps passwords out of the process list.",
        };
        var command = new Command("copy", "Copies what one machine keeps into a cluster's store, and proves it. A copy that was broken off goes on where it was.") { from, to };
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(async () =>
        {
            DirectoryInfo folder = parsed.GetValue(from) ?? throw new WrongInputException("--from is missing: name the data folder of 'orrery up'.");
            string target = parsed.GetValue(to) ?? Environment.GetEnvironmentVariable(ClusterOptionSet.ConnectionVariable)
                ?? throw new WrongInputException($"--to is missing: name the cluster's store, {ClusterOptionSet.StoreForms}.");
            StorageConnection connection;
            try
            {
                connection = StorageConnection.Parse(target);
            }
            catch (FormatException wrong)
            {
                throw new WrongInputException($"--to: {wrong.Message}");
            }

            return await RunAsync(Path.Combine(folder.FullName, SqliteStorageOptions.DefaultFileName), connection, cancellationToken);
        }));
        return command;
    }

    static async Task<int> RunAsync(string file, StorageConnection target, CancellationToken cancellationToken)
    {
        try
        {
            StorageCopyReport report = await StorageCopy.RunAsync(file, target, new Line(), cancellationToken);
            Console.WriteLine();
            Console.WriteLine($"{"",-14}{"here",12}{"there",12}  sum of the rows' hashes, here and there");
            foreach (StorageCopyTable table in report.Tables)
                Console.WriteLine($"{table.Table,-14}{table.SourceRows,12}{table.TargetRows,12}  {table.SourceDigest} {(table.IsEqual ? "=" : "DIFFERS FROM")} {table.TargetDigest}");
            Console.WriteLine(report.IsEqual
                ? $"Copied and proven: {target} holds what {file} holds. Now start silos with --cluster and the same --data."
                : $"The copies differ: do not start silos on {target}. Empty it and copy again.");
            return report.IsEqual ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("orrery: broken off; the same command goes on where it was.");
            return 1;
        }
        catch (Exception problem)
        {
            await Console.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }

    /// <summary>One line that is written over on a terminal; elsewhere a line for each table.</summary>
    sealed class Line : IProgress<StorageCopyProgress>
    {
        (string, bool) last;

        public void Report(StorageCopyProgress value)
        {
            string text = $"{(value.IsProof ? "Comparing" : "Copying")} {value.Table}: {value.Rows} of {value.RowsTotal}";
            if (!Console.IsOutputRedirected)
                Console.Write($"\r{text}          ");
            else if (last != (value.Table, value.IsProof))
                Console.WriteLine(text);
            last = (value.Table, value.IsProof);
        }
    }
}
