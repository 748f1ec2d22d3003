using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Agent.Versions;

namespace Orrery.Agent.Tests.Versions;

/// <summary>Versions of an agent that are little programs of the shell, under the launcher as it is.</summary>
public sealed class AgentLauncherTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("orrery-versions-").FullName;
    readonly List<string> started = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_version_that_says_nothing_within_its_trial_is_ended_and_the_one_before_is_started_and_knows_why()
    {
        var versions = new VersionFolder(folder);
        versions.Stage(new StagedVersion("2.0", "spring", 7), Package());
        (await LaunchAsync(versions, TimeSpan.Zero, version => version == "2.0" ? "read line" : "exit 0")).ShouldBe(0);
        started.ShouldBe(["2.0", ""]);
        versions.Current.ShouldBe("");
        versions.Staged.ShouldBeNull();
        versions.Refused.ShouldNotBeNull().ShouldSatisfyAllConditions(refused => (refused.Version, refused.Rollout, refused.Token).ShouldBe(("2.0", "spring", 7u)), refused => refused.Reason!.ShouldContain("within 0 s"));
    }

    [Fact]
    public async Task A_version_that_ends_in_its_trial_is_refused_and_one_that_the_cloud_answered_is_kept_and_started_again_where_it_fails()
    {
        var versions = new VersionFolder(folder);
        versions.Stage(new StagedVersion("2.0", "spring", 7), Package());
        int lives = 0;
        // The first life of the installed one ends with another version staged; that one is answered, fails later once, and ends in good order.
        (await LaunchAsync(versions, TimeSpan.FromMinutes(5), version =>
        {
            if (version == "2.0") return "exit 3";
            if (version == "3.0") return ++lives == 1 ? $"printf 3.0 > {folder}/healthy; exit 75" : "exit 0";
            versions.Stage(new StagedVersion("3.0", "summer", 8), Package());
            return "exit 75";
        })).ShouldBe(0);
        started.ShouldBe(["2.0", "", "3.0", "3.0"]);
        versions.Current.ShouldBe("3.0");
        versions.Refused!.Reason!.ShouldContain("exit code 3");
        Directory.Exists(versions.PathOf("2.0")).ShouldBeFalse();
    }

    [Fact]
    public void A_package_is_taken_by_the_name_and_key_under_which_it_was_signed_and_no_other()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string program = Directory.CreateDirectory(Path.Combine(folder, "program")).FullName, output = Path.Combine(folder, "packages");
        File.WriteAllText(Path.Combine(program, "orrery"), "a program");
        string trusted = AgentPackage.Make(program, "2.0", key, output), package = Path.Combine(output, "2.0.zip"), signature = File.ReadAllText(Path.Combine(output, "2.0.sig"));
        AgentPackage.Check(package, "2.0", signature, trusted);
        Should.Throw<InvalidDataException>(() => AgentPackage.Check(package, "2.1", signature, trusted)).Message.ShouldContain("not signed by the key");
        Should.Throw<InvalidDataException>(() => AgentPackage.Check(package, "2.0", signature, Convert.ToBase64String(other.ExportSubjectPublicKeyInfo())));
        Should.Throw<InvalidDataException>(() => AgentPackage.Check(package, "2.0", "no base64!", trusted));
        File.AppendAllText(package, "x");
        Should.Throw<InvalidDataException>(() => AgentPackage.Check(package, "2.0", signature, trusted));
    }

    Task<int> LaunchAsync(VersionFolder versions, TimeSpan trial, Func<string, string> script) => new AgentLauncher(versions, version =>
    {
        started.Add(version);
        return Process.Start(new ProcessStartInfo("sh", ["-c", script(version)]) { RedirectStandardInput = true })!;
    }, trial, TimeProvider.System, NullLogger<AgentLauncher>.Instance).RunAsync(TestContext.Current.CancellationToken);

    string Package()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string program = Directory.CreateDirectory(Path.Combine(folder, "program")).FullName;
        AgentPackage.Make(program, "any", key, Path.Combine(folder, "packages"));
        return Path.Combine(folder, "packages", "any.zip");
    }
}
