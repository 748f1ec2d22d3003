using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orrery.EndToEnd.Tests.Cluster;

/// <summary>The demo's cluster: three silo processes and a web process, of which one is lost.</summary>
public sealed partial class DemoClusterTests
{
    /// <summary>The default lease, and the time that a busy machine of two cores takes.</summary>
    static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(40);

    /// <summary>What the demo says after the lines about its processes, which the tests read.</summary>
    const string AfterProcesses = "Lose a silo: kill -9";

    [Fact]
    public async Task A_silo_killed_in_a_demo_of_three_leaves_portal_and_API_answering_and_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kills by Linux' signals");
        using var data = new TemporaryFolder();
        await using OrreryProcess demo = await OrreryProcess.StartAsync(
            "demo", "--silos", "3", "--sites", "3", "--restart-after", "1", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        await demo.SaysAsync(AfterProcesses, OrreryProcess.Patience);
        await demo.SignInAsync();
        await demo.PostAsync("/api/v1/tenants", new { id = "kept", name = "Kept" });
        int[] silos = [.. SiloLine().Matches(demo.Said).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];
        silos.Length.ShouldBe(3, demo.Said);

        using (var victim = Process.GetProcessById(silos[1]))
        {
            victim.Kill();
            await victim.WaitForExitAsync();
        }

        // The portal's files come from the web process, which is not hurt; what is asked of grains may wait for the lease.
        using (HttpResponseMessage page = await demo.Api.GetAsync("/healthz"))
            page.IsSuccessStatusCode.ShouldBeTrue();
        await demo.AnswersAsync("/api/v1/tenants/kept", RecoveryLimit);
        JsonElement tenant = await demo.GetAsync("/api/v1/tenants/kept");
        tenant.GetProperty("name").GetString().ShouldBe("Kept");
        await demo.PostAsync("/api/v1/tenants", new { id = "later", name = "Later" });
        await demo.AnswersAsync("/api/v1/servers", RecoveryLimit);
        await demo.SaysAsync("silo-2 is up again", OrreryProcess.Patience);
        (await demo.InterruptAsync()).ShouldBe(0, demo.Said);
        foreach (int silo in silos)
            IsAlive(silo).ShouldBeFalse($"process {silo} ends with the demo");
    }

    [Fact]
    public async Task A_killed_demo_takes_its_processes_along()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kills by Linux' signals");
        using var data = new TemporaryFolder();
        await using OrreryProcess demo = await OrreryProcess.StartAsync("demo", "--silos", "1", "--sites", "0", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        await demo.SaysAsync(AfterProcesses, OrreryProcess.Patience);
        int[] children = [.. ChildLine().Matches(demo.Said).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];
        children.Length.ShouldBe(2, demo.Said);
        Process[] processes = [.. children.Select(Process.GetProcessById)];
        await demo.KillAsync();
        foreach (Process process in processes)
        {
            await process.WaitForExitAsync().WaitAsync(OrreryProcess.Patience);
            process.Dispose();
        }
    }

    static bool IsAlive(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"silo-\d+ +process (\d+)")]
    private static partial Regex SiloLine();

    [GeneratedRegex(@"(?:silo-\d+|web) +process (\d+)")]
    private static partial Regex ChildLine();
}
