/** Which figures stand in one chart: those of one unit that are read together. */

export interface ChartPlan {
  title: string;
  figures: readonly string[];
}

export const CHART_PLANS: readonly ChartPlan[] = [
  { title: 'Arrivals and admissions', figures: ['arrivals.perMinute', 'admitted.perMinute'] },
  { title: 'In line', figures: ['line.waiting'] },
  { title: 'Inside the platform', figures: ['inside.visitors'] },
  { title: 'Answering time', figures: ['platform.p95Ms', 'visitors.p95Ms'] },
  { title: 'Waiting for the database', figures: ['platform.databaseWaiting'] },
  { title: 'Connections at the platform', figures: ['platform.connections'] },
  { title: 'Failures', figures: ['platform.failedShare', 'visitors.failedShare'] },
  { title: 'Went around the line', figures: ['gate.unqueuedShare'] },
  { title: 'How late the load was sent', figures: ['generator.delayMs'] },
];
