FROM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The image is the pinned Node; only what runs is installed.
RUN npm ci --omit=dev --ignore-scripts

FROM node:26-slim
# The admin API stays on the container's own loopback until a token is configured (HEADGATE_ADMIN_TOKEN, headgate keys
# token, or admin.oidc). To reach it from the host:
#   docker run -p 8080:8080 -p 127.0.0.1:8081:8081 -e HEADGATE_ADMIN_HOST=0.0.0.0 -e HEADGATE_ADMIN_TOKEN … -v headgate:/data headgate
ENV NODE_ENV=production HEADGATE_DATA=/data HEADGATE_METRICS_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY admin ./admin
COPY bin ./bin
COPY config ./config
COPY gateway ./gateway
COPY load-tests ./load-tests
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080 8081 8082
# docker run --stop-signal SIGTERM is this image's default: SIGTERM drains (drain.delaySeconds, drain.seconds).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.HEADGATE_METRICS_PORT??8082)+'/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "gateway/main.ts"]
CMD ["start"]
