namespace Orrery.EndToEnd.Tests.Cluster;

/// <summary>What does not belong to a cluster, or cannot reach it, does not start, and says why in a sentence without secrets.</summary>
public sealed class WrongClusterTests
{
    [Theory]
    [InlineData("oracle://db/x", "no known engine")]
    [InlineData("nonsense", "names no engine")]
    [InlineData("postgres://me:hidden@127.0.0.1:1/orrery", "127.0.0.1")]
    [InlineData("redis://:hidden@127.0.0.1:1", "127.0.0.1")]
    public async Task A_store_that_is_unknown_or_cannot_be_reached_is_named_without_its_password(string store, string named)
    {
        using var data = new TemporaryFolder();
        var (code, said) = await OrreryProcess.RunAsync("silo", "--cluster", store, "--data", data.Path);
        code.ShouldNotBe(0);
        said.ShouldContain(named);
        said.ShouldNotContain("hidden");
    }

    [Theory]
    [InlineData("--data is missing", "silo", "--cluster", "sqlite:x.db")]
    [InlineData("--cluster is missing", "silo")]
    [InlineData("--cluster is missing", "web")]
    [InlineData("--address", "silo", "--address", "nowhere")]
    [InlineData("--name", "silo", "--name", "a b")]
    [InlineData("--secret-file", "web", "--cluster", "sqlite:x.db", "--secret-file", "not-there")]
    [InlineData("--silos", "demo", "--silos", "99")]
    [InlineData("--silos", "demo", "--cluster", "sqlite:x.db")]
    [InlineData("--restart-after", "demo", "--silos", "1", "--restart-after", "-1")]
    public async Task A_wrong_option_is_refused_and_named(string named, params string[] arguments)
    {
        var (code, said) = await OrreryProcess.RunAsync(arguments);
        code.ShouldNotBe(0);
        said.ShouldContain(named);
    }

    [Fact]
    public async Task A_process_with_another_secret_or_key_or_log_or_with_the_name_of_a_live_silo_does_not_start()
    {
        using var data = new TemporaryFolder();
        using var other = new TemporaryFolder();
        string store = $"sqlite:{Path.Combine(data.Path, "orrery.db")}";
        var secret = new Dictionary<string, string> { ["ORRERY_CLUSTER_SECRET"] = "one secret for all of them" };
        var wrongSecret = new Dictionary<string, string> { ["ORRERY_CLUSTER_SECRET"] = "a secret of somebody else" };
        await using OrreryProcess first = await OrreryProcess.StartSiloAsync(secret, "--cluster", store, "--data", data.Path, "--name", "one");

        var (code, said) = await OrreryProcess.RunAsync(wrongSecret, "web", "--cluster", store, "--urls", "http://127.0.0.1:0");
        code.ShouldBe(1, said);
        said.ShouldContain("secret", Case.Insensitive);
        said.ShouldNotContain("somebody else");

        (code, said) = await OrreryProcess.RunAsync(secret, "silo", "--cluster", store, "--data", data.Path, "--name", "one");
        code.ShouldBe(1, said);
        said.ShouldContain("one");

        (code, said) = await OrreryProcess.RunAsync(secret, "silo", "--cluster", store, "--data", other.Path, "--name", "two");
        code.ShouldBe(1, said);
        said.ShouldContain("--key-file");
        said.ShouldContain("--new-log");

        // The first one was not disturbed: another that belongs to it joins.
        await using OrreryProcess second = await OrreryProcess.StartSiloAsync(secret, "--cluster", store, "--data", data.Path, "--name", "two");
        (await second.TerminateAsync()).ShouldBe(0, second.Said);
        (await first.TerminateAsync()).ShouldBe(0, first.Said);
    }
}
