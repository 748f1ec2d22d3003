namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>One round of everything that may happen to a cluster, while callers count. After each event the callers have to be answered again.</summary>
sealed class ChaosRun(ChaosCluster cluster, CounterLoad load, Random random, Action<string> tell)
{
    /// <summary>How long callers may wait for answers after an event: the lease, its margin, and the time that a busy machine of two cores takes.</summary>
    static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(60);

    const int AnswersBetween = 300;

    public async Task RoundAsync()
    {
        await KillAsync();
        await PauseAsync();
        await CutLinesAsync();
        await LoseStoreAsync();
        await RestartStoreAsync();
        await RollAsync();
    }

    /// <summary>kill -9, and a silo of the same name again.</summary>
    async Task KillAsync()
    {
        int victim = random.Next(ChaosCluster.Silos);
        tell($"kill -9 silo-{victim}");
        await cluster.Silo(victim).KillAsync();
        await AnsweredAsync("after kill -9");
        await cluster.StartSiloAsync(victim);
        await AnsweredAsync("after the killed silo's return");
    }

    /// <summary>SIGSTOP past the lease, then SIGCONT: the silo finds itself dead and ends; nothing that it still held reaches anybody.</summary>
    async Task PauseAsync()
    {
        int victim = random.Next(ChaosCluster.Silos);
        tell($"SIGSTOP silo-{victim} past its lease");
        ChaosProcess silo = cluster.Silo(victim);
        silo.Stop();
        await ChaosClock.PassAsync(ChaosCluster.Lease * 2);
        await AnsweredAsync("while a silo stands still");
        silo.Continue();
        int code = await silo.EndAsync();
        code.ShouldNotBe(0, $"a silo whose lease is over ends with an exit code that says so. It said:\n{silo.Said}");
        await cluster.StartSiloAsync(victim);
        await AnsweredAsync("after the stopped silo's successor came");
    }

    /// <summary>Sockets between processes break off, and once a line is silent for less than a lease.</summary>
    async Task CutLinesAsync()
    {
        tell("sockets cut");
        for (int cut = 0; cut < 6; cut++)
        {
            cluster.LineTo(random.Next(ChaosCluster.Silos)).Cut();
            await AnsweredAsync("after cut sockets", answers: 50);
        }

        CuttableProxy silent = cluster.LineTo(random.Next(ChaosCluster.Silos));
        silent.Close();
        await ChaosClock.PassAsync(ChaosCluster.Lease / 2);
        silent.Open();
        await AnsweredAsync("after a silent line");
    }

    /// <summary>One silo cannot reach the store for longer than its lease: it ends, the others go on.</summary>
    async Task LoseStoreAsync()
    {
        int victim = random.Next(ChaosCluster.Silos);
        tell($"silo-{victim} loses the store");
        CuttableProxy line = cluster.StoreLineOf(victim);
        line.Close();
        int code = await cluster.Silo(victim).EndAsync();
        code.ShouldNotBe(0, $"a silo that cannot renew its lease ends with an exit code that says so. It said:\n{cluster.Silo(victim).Said}");
        line.Open();
        await AnsweredAsync("after a silo lost the store");
        await cluster.StartSiloAsync(victim);
        await AnsweredAsync("after its return");
    }

    /// <summary>The store itself is restarted. Silos may outlive it or end; those that ended are started again, as any service manager does.</summary>
    async Task RestartStoreAsync()
    {
        tell("the store is restarted");
        await cluster.RestartStoreAsync();
        await ChaosClock.PassAsync(ChaosCluster.Lease);
        await StartEndedAsync();
        await AnsweredAsync("after the store's restart");
    }

    /// <summary>Each silo in turn ends in good order and comes back: no call fails.</summary>
    async Task RollAsync()
    {
        await StartEndedAsync();
        await AnsweredAsync("before the rolling restart");
        long failedBefore = load.Failed;
        for (int number = 0; number < ChaosCluster.Silos; number++)
        {
            tell($"rolling restart of silo-{number}");
            ChaosProcess silo = cluster.Silo(number);
            silo.Terminate();
            (await silo.EndAsync()).ShouldBe(0, $"a silo that is asked to end does so in good order. It said:\n{silo.Said}");
            await cluster.StartSiloAsync(number);
            await AnsweredAsync("during the rolling restart");
        }

        (load.Failed - failedBefore).ShouldBe(0, $"calls failed during a rolling restart:\n{load.Failures}");
    }

    async Task StartEndedAsync()
    {
        for (int number = 0; number < ChaosCluster.Silos; number++)
            if (cluster.Silo(number).HasEnded)
                await cluster.StartSiloAsync(number);
    }

    Task AnsweredAsync(string phase, int answers = AnswersBetween) => load.AnswersAsync(answers, RecoveryLimit, phase);
}
